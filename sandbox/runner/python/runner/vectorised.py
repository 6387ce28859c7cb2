"""Strategies that compute all their targets at once: `signals(frame, params)`.

Each chunk calls it on all bars so far and takes the rows of this chunk alone. Rows of earlier chunks
are spoken for; whether they would be others by now is not asked here, where a strategy could answer.
The host finds it out: it runs twice with other borders of the chunks and compares the orders.
"""

from strategy_lab import Strategy
from strategy_lab.engine.context import Params

from .harden import still_clock

# A target that differs by less is the same.
SMALLEST_CHANGE = 1e-9
COLUMNS = ('open', 'high', 'low', 'close', 'volume')


class SignalsError(Exception):
    """What `signals` returned are no targets."""


class SeenBars:
    """All bars of the only market so far, which the sets of a pass share."""

    def __init__(self):
        try:
            import numpy
            import pandas
        except ImportError as error:
            raise SignalsError('signals needs numpy and pandas, and they are not in this sandbox image') from error
        still_clock(pandas)
        self._numpy = numpy
        self._pandas = pandas
        self._columns = [numpy.empty(0) for _ in range(6)]
        # Bars of the newest chunk.
        self.newest = 0

    def __len__(self):
        return len(self._columns[0])

    def append(self, block):
        """Takes the bars of a block, as extension/backtest/barsBlock.ts has it."""
        numpy = self._numpy
        self.newest = count = int(block[1])
        head = 1 + 3 * int(block[0])
        rows = numpy.frombuffer(block, dtype='float64')[head : head + 6 * count].reshape(6, count)
        self._columns = [numpy.concatenate(parts) for parts in zip(self._columns, rows)]

    def frame(self):
        """A copy as pandas has it."""
        numpy, pandas = self._numpy, self._pandas
        time, *prices = self._columns
        index = pandas.DatetimeIndex(time.astype('int64').astype('datetime64[ms]').astype('datetime64[ns]'))
        columns = {name: numpy.array(values) for name, values in zip(COLUMNS, prices)}
        return pandas.DataFrame(columns, index=index.tz_localize('UTC'))


class SignalsStrategy(Strategy):
    """Turns the targets of a vectorised strategy into orders, bar by bar.

    Where the target changes, by more than 1e-9: to 0 it closes the position; from 0 or to the other sign
    it buys or sells |target| of the equity; to a larger size of the same sign it buys or sells the
    difference in percent of the equity; to a smaller one it closes the share that is too much.
    """

    def __init__(self, strategy, params, markets):
        if markets != 1:
            raise SignalsError(f'signals works on one market, and the run has {markets}')
        self._strategy = strategy
        self._params = Params(params)
        # Targets of the present chunk, its first bar, the last target so far, and the one that was ordered.
        self._targets = []
        self._first = 0
        self._last = 0.0
        self._ordered = 0.0

    def setup(self, lab):
        pass

    def look(self, seen):
        """Computes the targets of the newest chunk."""
        import numpy

        self._first = len(seen) - seen.newest
        # Chance without a seed of its own must not depend on how often this is called.
        numpy.random.seed(0)
        result = self._strategy.signals(seen.frame(), self._params)
        self._targets = []
        for target in self._checked(numpy, result, len(seen)):
            if target == target:
                self._last = target
            self._targets.append(self._last)

    def _checked(self, numpy, result, bars):
        try:
            targets = numpy.asarray(result, dtype='float64')
        except (TypeError, ValueError):
            raise SignalsError('signals must return one number a row') from None
        if targets.shape != (bars,):
            shape = ' x '.join(map(str, targets.shape)) or 'a single number'
            raise SignalsError(f'signals must return one number a row: {bars} rows came in, {shape} came out')
        newest = targets[self._first :]
        wrong = numpy.flatnonzero(numpy.abs(newest) > 1 + SMALLEST_CHANGE)
        if len(wrong) > 0:
            bar = int(wrong[0])
            raise SignalsError(
                f'a target is from -1 to 1, and that of bar {self._first + bar} is {newest[bar]:g}'
            )
        return newest.tolist()

    def next(self, lab):
        target = self._targets[lab.bar.index - self._first]
        before = self._ordered
        if abs(target - before) > SMALLEST_CHANGE:
            self._ordered = target
            move(lab, before, target)


def move(lab, before, target):
    """Gives the orders that change a share of the equity from `before` to `target`."""
    orders = lab.orders
    if abs(target) <= SMALLEST_CHANGE:
        if not lab.position.is_flat:
            orders.close()
        return
    enter = orders.buy if target > 0 else orders.sell
    is_same_side = before * target > 0 and not lab.position.is_flat
    if not is_same_side:
        enter(percent=min(abs(target), 1) * 100)
    elif abs(target) > abs(before):
        enter(percent=(abs(target) - abs(before)) * 100)
    else:
        orders.close(percent=(abs(before) - abs(target)) / abs(before) * 100)
