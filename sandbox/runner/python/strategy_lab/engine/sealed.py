"""Objects that a strategy can read and not write."""

from __future__ import annotations


class Sealed:
    """Refuses assignments. What makes such an object fills it with `put`."""

    __slots__ = ()

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f'{name} can be read and not written')

    def __delattr__(self, name: str) -> None:
        raise AttributeError(f'{name} can be read and not deleted')


put = object.__setattr__
