"""What the groups of indicators have in common."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..sealed import Sealed, put
from .call import IndicatorCall

if TYPE_CHECKING:
    from .create import IndicatorMaker


class IndicatorGroup(Sealed):
    """Indicators on one window."""

    __slots__ = ('_maker',)

    def __init__(self, maker: IndicatorMaker) -> None:
        put(self, '_maker', maker)

    def _begin(self, name: str) -> IndicatorCall:
        return self._maker.begin(name)
