"""What a strategy file gets when it imports `strategy_lab`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Mapping, NamedTuple, Optional, Union

from .series import Series

if TYPE_CHECKING:
    from .context import Context


class ParameterDefinition(NamedTuple):
    """A declared, bounded parameter. `step` is the step of a search grid."""

    type: str
    default: float
    min: float
    max: float
    step: Optional[float] = None
    description: Optional[str] = None


def integer(
    default: int, *, min: int, max: int, step: Optional[int] = None, description: Optional[str] = None
) -> ParameterDefinition:
    """A parameter of whole numbers from `min` to `max`."""
    return ParameterDefinition('integer', default, min, max, step, description)


def number(
    default: float,
    *,
    min: float,
    max: float,
    step: Optional[float] = None,
    description: Optional[str] = None,
) -> ParameterDefinition:
    """A parameter from `min` to `max`."""
    return ParameterDefinition('number', default, min, max, step, description)


class Strategy:
    """A strategy: `name`, `params`, and either `setup` and `next`, or `signals`."""

    name: str = ''
    params: Mapping[str, ParameterDefinition] = {}

    def setup(self, lab: Context) -> None:
        """Called once, before the first bar: makes the indicators."""

    def next(self, lab: Context) -> None:
        """Called after each bar has closed."""
        raise NotImplementedError('the strategy has no next')

    def signals(self, frame, params):
        """In place of setup and next: the share of the equity to hold after each bar, from -1 to 1."""
        raise NotImplementedError('the strategy has no signals')


def cross_above(a: Union[Series, float], b: Union[Series, float]) -> bool:
    """True on the bar at which `a` gets above `b`: at or below it on the bar before, above it now."""
    if isinstance(b, Series):
        if isinstance(a, Series):
            return a.value > b.value and a.previous <= b.previous
        return a > b.value and a <= b.previous
    return isinstance(a, Series) and a.value > b and a.previous <= b


def cross_below(a: Union[Series, float], b: Union[Series, float]) -> bool:
    """True on the bar at which `a` gets below `b`: at or above it on the bar before, below it now."""
    if isinstance(b, Series):
        if isinstance(a, Series):
            return a.value < b.value and a.previous >= b.previous
        return a < b.value and a >= b.previous
    return isinstance(a, Series) and a.value < b and a.previous >= b
