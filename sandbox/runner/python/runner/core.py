"""The runner's side of the frame protocol, whatever carries the frames."""

from array import array

from . import frames
from .failure import SourceFailure, describe, empty_fail
from .loader import LoadedStrategy, compile_source
from .log import RunLog
from .schemas import read_hello, read_start
from .vectorised import SeenBars, SignalsStrategy

# Bytes of one intents frame that a strategy may fill, over all sets of a run.
MAXIMUM_INTENT_BYTES = 64 * 1024 * 1024


class StrategyFailure(Exception):
    """Ends a run with a fail frame."""

    def __init__(self, fail):
        super().__init__(fail['message'])
        self.fail = fail


class RunnerCore:
    """`handle` takes one frame and returns the frames to answer with; after `is_done` there is no more to say."""

    def __init__(self, engine_hash, runtime, harden):
        self._engine_hash = engine_hash
        self._runtime = runtime
        self._harden = harden
        self._hello = None
        self._code = None
        # The load in which the strategy described itself, until a set takes it.
        self._first = None
        self._start = None
        self._sets = []
        # What vectorised strategies look at.
        self._seen = None
        self._plots = []
        self._log = RunLog(0)
        self._refusals = []
        self._chunk = 0
        self._bars = 0
        self.is_done = False

    def handle(self, kind, payload):
        if self.is_done:
            raise frames.ProtocolError('a frame after the end')
        try:
            return self._answer(kind, payload)
        except StrategyFailure as failure:
            self.is_done = True
            return [frames.json_frame(frames.FAIL, {'nonce': self._hello['nonce'], **failure.fail})]

    def _answer(self, kind, payload):
        if self._hello is None:
            if kind != frames.HELLO:
                raise frames.ProtocolError('the first frame is not hello')
            self._hello = read_hello(payload)
            return []
        if kind == frames.SOURCE and self._code is None:
            return [self._load(payload)]
        if kind == frames.START and self._code is not None and self._start is None:
            return [self._begin(payload)]
        if kind == frames.BARS and self._start is not None:
            return [self._feed(payload)]
        if kind == frames.END and self._start is not None:
            return [self._finish(payload)]
        raise frames.ProtocolError(f'frame type {kind} is out of order')

    def _load(self, payload):
        self._harden()
        try:
            self._code = compile_source(payload)
        except SourceFailure as failure:
            fail = empty_fail('source', str(failure), line=failure.line, column=failure.column)
            raise StrategyFailure(fail) from None
        self._first = self._loaded(0)
        ready = {
            'nonce': self._hello['nonce'],
            'protocol': frames.PROTOCOL_VERSION,
            'engineHash': self._engine_hash,
            'runtime': self._runtime,
            'isVectorised': self._first.is_vectorised,
            'description': self._first.description,
        }
        return frames.json_frame(frames.READY, ready)

    def _loaded(self, number):
        from strategy_lab import Strategy

        try:
            return LoadedStrategy(self._code, Strategy)
        except BaseException as error:
            raise StrategyFailure(describe('module', error, number=number)) from None

    def _begin(self, payload):
        start = read_start(payload)
        self._refusals = []
        sets = [
            self._begin_set(number, params, start) for number, params in enumerate(start['sets'])
        ]
        self._sets = sets
        self._start = start
        warmups = [session.warm_up for session, _ in sets]
        if start['plots']:
            self._plots = list(sets[0][0].plots.declarations)
        started = {'nonce': self._hello['nonce'], 'warmups': warmups, 'plots': self._plots}
        return frames.json_frame(frames.STARTED, started)

    def _begin_set(self, number, params, start):
        from strategy_lab.engine.session import StrategySession

        loaded = self._first or self._loaded(number)
        self._first = None
        params = {
            name: params.get(name, declared['default'])
            for name, declared in loaded.description['params'].items()
        }
        self._refusals.append(loaded.refusals)
        log = RunLog(self._hello['logBytes'] if len(start['sets']) == 1 else 0)
        if number == 0:
            self._log = log
        phase = 'setup'
        try:
            strategy = loaded.strategy
            signals = None
            if loaded.is_vectorised:
                phase = 'signals'
                signals = strategy = SignalsStrategy(strategy, params, len(start['symbols']))
                if self._seen is None:
                    self._seen = SeenBars()
            session = StrategySession(
                strategy,
                settings=start['settings'],
                symbols=start['symbols'],
                timeframe=start['timeframe'],
                params=params,
                first_bar=int(start['firstBar']),
                intents_per_bar=int(self._hello['intentsPerBar']),
                record_plots=start['plots'] and number == 0,
                # The log of one run is a help; those of many at once are noise.
                log=log.add,
            )
        except BaseException as error:
            raise StrategyFailure(describe(phase, error, number=number)) from None
        return session, signals

    def _feed(self, payload):
        from strategy_lab.engine.bars_block import read_block

        if len(payload) % 8 != 0:
            raise frames.ProtocolError('a bars frame of wrong length')
        block = array('d')
        block.frombytes(payload)
        # Read for the check alone: each set reads the block for itself.
        if len(read_block(block)) != len(self._start['symbols']):
            raise frames.ProtocolError('a bars frame of other markets than the run has')
        if self._seen is not None:
            self._seen.append(block)
        answers = []
        parts = []
        size = 0
        for number, (session, signals) in enumerate(self._sets):
            self._feed_set(number, session, signals, block)
            rows = session.intents.used.tobytes()
            size += len(rows)
            if size > MAXIMUM_INTENT_BYTES:
                raise StrategyFailure(empty_fail('next', 'the strategy gives too many orders', set=number))
            portfolio = session.portfolio
            answers.append((session.intents.rows, portfolio.fills, portfolio.hash.high, portfolio.hash.low))
            parts.append(rows)
        if self._plots:
            parts.append(array('d', self._sets[0][0].plots.values).tobytes())
        head = frames.intents_head(self._hello['nonce'], self._chunk, answers)
        self._chunk += 1
        self._bars += int(block[1])
        return frames.frame(frames.INTENTS, head, *parts)

    def _feed_set(self, number, session, signals, block):
        from strategy_lab.engine.session import NextError

        session.intents.clear()
        phase = 'next'
        try:
            if signals is not None:
                phase = 'signals'
                signals.look(self._seen)
            session.feed(block)
        except NextError as error:
            cause = error.cause
            raise StrategyFailure(describe(phase, cause, error.bar, error.time, number)) from None
        except BaseException as error:
            raise StrategyFailure(describe(phase, error, number=number)) from None

    def _finish(self, payload):
        """Ends a pass over the bars; where another one follows, its sets get loads of their own."""
        self.is_done = payload[:1] != b'\x01'
        done = {
            'nonce': self._hello['nonce'],
            'bars': self._bars,
            'log': self._log.lines,
            'logDropped': self._log.dropped,
            'refusals': self._refusals[0].as_list(),
            'refused': sum(refusals.total for refusals in self._refusals),
        }
        self._sets = []
        self._seen = None
        self._plots = []
        self._log = RunLog(0)
        self._start = None
        self._chunk = 0
        self._bars = 0
        return frames.json_frame(frames.DONE, done)
