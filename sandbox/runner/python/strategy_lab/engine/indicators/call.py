"""One call of an indicator: checks its arguments and builds its pipeline."""

from __future__ import annotations

from typing import Callable, Optional, Sequence, TypeVar

from ..numeric import INFINITY, is_number, is_whole, shown, to_float
from ..rules import MAXIMUM_PERIOD
from ..series import BarWindow, Series, window_of
from .pipeline import Column, Pipeline, column_of

Choice = TypeVar('Choice')


class BarColumns:
    """The columns of the market."""

    __slots__ = ('time', 'open', 'high', 'low', 'close', 'volume')
    time: Column
    open: Column
    high: Column
    low: Column
    close: Column
    volume: Column

    def __init__(self, window: BarWindow) -> None:
        for name in BarColumns.__slots__:
            setattr(self, name, column_of(getattr(window, name)))


class IndicatorCall:
    """`bars` are the columns of the market, `pipeline` takes the steps."""

    __slots__ = ('name', 'bars', 'pipeline', '_window')

    def __init__(self, name: str, window: BarWindow, on_output: Callable[[float], None]) -> None:
        self.name = f'indicators.{name}'
        self._window = window
        self.pipeline = Pipeline(window, on_output)
        self.bars = BarColumns(window)

    def period(self, value: float, minimum: int = 1) -> int:
        """A period as a whole number. Raises ValueError for what is no period of this indicator."""
        if is_number(value) and is_whole(value) and minimum <= value <= MAXIMUM_PERIOD:
            return int(value)
        raise ValueError(
            f'{self.name} takes whole bars from {minimum} to {MAXIMUM_PERIOD}, was {shown(value)}'
        )

    def periods(self, values: Sequence[float], minimum: int = 1) -> Sequence[int]:
        return [self.period(value, minimum) for value in values]

    def above_zero(self, what: str, value: float) -> float:
        """The number as a float. Raises ValueError for what is no finite number above 0."""
        number = to_float(value) if is_number(value) else 0.0
        if not (number > 0 and number != INFINITY):
            raise ValueError(f'{self.name} takes {what} above 0, was {shown(value)}')
        return number

    def source_of(self, given: Optional[Series], usual: Optional[Column] = None) -> Column:
        """The source that was given; `usual`, or the close, where there is none."""
        if given is not None:
            return self.column(given)
        return self.bars.close if usual is None else usual

    def column(self, given: Series) -> Column:
        """A series that was given, as a column. Raises TypeError for what cannot be a source here."""
        if not isinstance(given, Series):
            raise TypeError(f'{self.name} takes a series of this run as its source')
        if window_of(given) is not self._window:
            raise TypeError(f'{self.name} takes a source of its own market')
        column = column_of(given)
        if column.lookback == INFINITY:
            raise TypeError(f'{self.name} takes no source whose first bar the calendar decides about')
        return column

    def choice(self, name: str, value: Choice, choices: Sequence[Choice]) -> Choice:
        """The value of an option. Raises ValueError for one that it cannot have."""
        for each in choices:
            if type(value) is type(each) and value == each:
                return each
        named = ' or '.join(repr(each) for each in choices)
        raise ValueError(f'{self.name} takes {name} {named}, was {value!r}')
