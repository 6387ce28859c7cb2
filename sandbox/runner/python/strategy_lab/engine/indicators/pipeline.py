"""The steps that compute one indicator, run one after the other over each block of bars."""

from __future__ import annotations

from typing import Callable, List, NamedTuple, Sequence, Tuple

from ..numeric import INFINITY, NAN
from ..series import BarWindow, Compute, Series, lookback_of, values_of


class Column(NamedTuple):
    """A value of each bar, and the number of bars before the first one."""

    values: List[float]
    lookback: float


class Stage(NamedTuple):
    """A computation with one result. What it writes for bars before its first value does not count."""

    lookback: float
    start: Callable[[List[float]], Compute]


class Stages(NamedTuple):
    """A computation with `count` results, for whose columns `start` asks in their order.

    The lookback is infinite where the calendar decides about the first bar: then it writes NaN before itself.
    """

    lookback: float
    count: int
    start: Callable[..., Compute]


class Step(NamedTuple):
    """A stage at work."""

    lookback: float
    outs: Sequence[List[float]]
    compute: Compute


def column_of(series: Series) -> Column:
    return Column(values_of(series), lookback_of(series))


class Pipeline:
    """What stands between the steps lies in columns that all indicators of the window share.

    Only what the strategy reads, or a later step looks back on, has a column of its own.
    """

    __slots__ = ('_window', '_on_output', '_steps', '_scratch_columns', '_bars')

    def __init__(self, window: BarWindow, on_output: Callable[[float], None]) -> None:
        self._window = window
        # Is told the lookback of each series that the strategy gets.
        self._on_output = on_output
        self._steps: List[Step] = []
        self._scratch_columns = 0
        self._bars = 0
        window.add_computation(self._run)

    def step(self, stage: Stage) -> Column:
        """Adds a step whose result later steps read block by block."""
        return self._add(stage, self._scratch())

    def keep(self, stage: Stage) -> Column:
        """Adds a step whose result later steps look back on."""
        return self._add(stage, self._window.add_column())

    def output(self, stage: Stage) -> Series:
        """Adds a step whose result the strategy reads."""
        series = self._series(stage.lookback)
        self._add(stage, values_of(series))
        return series

    def steps(self, stages: Stages) -> Tuple[Column, ...]:
        """`step` for several results."""
        columns = [self._scratch() for _ in range(stages.count)]
        self._steps.append(Step(stages.lookback, columns, stages.start(*columns)))
        return tuple(Column(values, stages.lookback) for values in columns)

    def outputs(self, stages: Stages) -> Tuple[Series, ...]:
        """`output` for several results."""
        series = tuple(self._series(stages.lookback) for _ in range(stages.count))
        columns = [values_of(each) for each in series]
        self._steps.append(Step(stages.lookback, columns, stages.start(*columns)))
        return series

    def _scratch(self) -> List[float]:
        column = self._window.scratch_column(self._scratch_columns)
        self._scratch_columns += 1
        return column

    def _series(self, lookback: float) -> Series:
        self._on_output(lookback)
        return Series(self._window, lookback)

    def _add(self, stage: Stage, values: List[float]) -> Column:
        self._steps.append(Step(stage.lookback, (values,), stage.start(values)))
        return Column(values, stage.lookback)

    def _run(self, start: int, end: int) -> None:
        bars = self._bars
        for lookback, outs, compute in self._steps:
            compute(start, end)
            if bars >= lookback or lookback == INFINITY:
                continue
            first_value = min(end, start + lookback - bars)
            for out in outs:
                out[start:first_value] = [NAN] * (first_value - start)
        self._bars = bars + end - start
