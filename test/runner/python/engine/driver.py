"""Answers the jobs of a test: one JSON document of jobs on stdin, one of answers on stdout."""

import ast
import base64
import inspect
import json
import sys
from array import array

import strategy_lab
from strategy_lab.engine.bars_block import read_block
from strategy_lab.engine.indicators.create import IndicatorMaker, Indicators
from strategy_lab.engine.random import seeded_random
from strategy_lab.engine.series import BarWindow, Series, values_of
from strategy_lab.engine.session import NextError, StrategySession


def block_of(text):
    block = array('d')
    block.frombytes(base64.b64decode(text))
    return block


def text_of(values):
    return base64.b64encode(array('d', values).tobytes()).decode('ascii')


def arguments_of(owner, given):
    """Positional and named arguments of an indicator; a text that names a source becomes one."""
    made = {
        'rsi': lambda: owner.indicators.rsi(14),
        'ema': lambda: owner.indicators.ema(5),
        'macd': lambda: owner.indicators.macd(3, 8, 2).line,
    }

    def source(name):
        return made[name]() if name in made else getattr(owner.bars, name)

    positional, named = [], {}
    for value in given:
        if isinstance(value, dict):
            named = {key: source(each) if key == 'source' else each for key, each in value.items()}
        else:
            positional.append(source(value) if isinstance(value, str) else value)
    return positional, named


def series_of(owner, name, given):
    positional, named = arguments_of(owner, given)
    made = getattr(owner.indicators, name)(*positional, **named)
    return {'value': made} if isinstance(made, Series) else made._asdict()


class Replay(strategy_lab.Strategy):
    """Gives recorded operations and notes what it sees."""

    name = 'replay'

    def __init__(self, job):
        self.operations = {}
        for call, *operation in job['operations']:
            self.operations.setdefault(call, []).append(operation)
        self.observe_every = job['observeEvery']
        self.declared = job['series']
        self.shown = job['plots']
        self.seen = array('d')
        self.ids = []
        self.calls = 0
        self.series = []
        self.timeframes = []

    def setup(self, lab):
        for market, timeframe, name, given in self.declared:
            owner = lab.markets[market]
            if timeframe is not None:
                owner = owner.timeframe(timeframe)
                self.timeframes.append(owner)
            self.series.extend(series_of(owner, name, given).values())
        for number, (series, pane) in enumerate(self.shown):
            lab.plot(f'Plot {number}', self.series[series], pane=pane)

    def next(self, lab):
        if self.observe_every > 0 and self.calls % self.observe_every == 0:
            self.observe(lab)
        for market, method, positional, named in self.operations.get(self.calls, ()):
            answer = getattr(lab.markets[market].orders, method)(*positional, **named)
            if answer is not None:
                self.ids.append(float(answer))
        self.calls += 1

    def observe(self, lab):
        seen = self.seen
        seen.extend((lab.account.cash, lab.account.equity, lab.random()))
        for market in lab.markets:
            bar, position = market.bar, market.position
            seen.extend((market.is_fresh, bar.index, bar.time, bar.open))
            seen.extend((bar.high, bar.low, bar.close, bar.volume))
            seen.extend((position.is_flat, position.is_long, position.is_short, position.quantity))
            seen.extend((position.entry_price, position.profit, position.bars, position.lots))
        for series in self.series:
            seen.extend((series.value, series.previous, series.ago(3), series[7]))
        for timeframe in self.timeframes:
            seen.extend((timeframe.is_new, timeframe.bars.close.value))


def session_of(job, strategy, log=lambda text: None):
    return StrategySession(
        strategy,
        settings=job['settings'],
        symbols=job['symbols'],
        timeframe=job['timeframe'],
        params=job['params'],
        first_bar=job['firstBar'],
        intents_per_bar=job['intentsPerBar'],
        record_plots=len(job.get('plots', ())) > 0,
        log=log,
    )


def run_session(job, blocks):
    strategy = Replay(job)
    session = session_of(job, strategy)
    chunks = []
    for number in job['blocks']:
        session.intents.clear()
        session.feed(block_of(blocks[number]))
        portfolio = session.portfolio
        chunks.append(
            {
                'rows': text_of(session.intents.used),
                'fills': portfolio.fills,
                'hash': [portfolio.hash.high, portfolio.hash.low],
                'plots': text_of(session.plots.values),
            }
        )
    return {
        'chunks': chunks,
        'warmUp': session.warm_up,
        'plots': session.plots.declarations,
        'seen': text_of(strategy.seen),
        'ids': strategy.ids,
    }


class Owner:
    def __init__(self, window, maker):
        self.bars = window
        self.indicators = Indicators(maker)


def run_indicators(job, blocks):
    answers = []
    for name, *given in job['cases']:
        window = BarWindow()
        maker = IndicatorMaker(window)
        parts = series_of(Owner(window, maker), name, given)
        warm_up = maker.seal()
        values = {part: array('d') for part in parts}
        for number in job['blocks']:
            piece = read_block(block_of(blocks[number]))[0]
            window.append(piece.columns, 0, piece.count)
            for part, series in parts.items():
                values[part].extend(values_of(series)[window.length - piece.count : window.length])
        answers.append(
            {'warmUp': warm_up, 'parts': {part: text_of(each) for part, each in values.items()}}
        )
    return answers


def run_source(job, blocks):
    """Runs a strategy from its source; answers how it ended."""
    namespace = {}
    exec(job['source'], namespace)
    lines = []
    phase = 'setup'
    try:
        session = session_of(job, namespace['Test'](), lines.append)
        phase = 'next'
        for number in job['blocks']:
            session.feed(block_of(blocks[number]))
    except NextError as error:
        cause = error.cause
        return {'phase': phase, 'type': type(cause).__name__, 'message': str(cause), 'bar': error.bar}
    except Exception as error:
        return {'phase': phase, 'type': type(error).__name__, 'message': str(error), 'bar': None}
    return {'phase': 'done', 'lines': lines, 'rows': session.intents.rows, 'fills': session.portfolio.fills}


def run_random(job, blocks):
    answers = []
    for seed in job['seeds']:
        random = seeded_random(seed)
        answers.append(text_of(random() for _ in range(job['count'])))
    return answers


def parameters_of(function):
    """Names of the parameters but self, with the default as text, and whether each goes by name only."""
    arguments = function.args
    positional = [*arguments.posonlyargs, *arguments.args]
    defaults = [None] * (len(positional) - len(arguments.defaults)) + list(arguments.defaults)
    found = [(each.arg, default, False) for each, default in zip(positional, defaults) if each.arg != 'self']
    found += [(each.arg, default, True) for each, default in zip(arguments.kwonlyargs, arguments.kw_defaults)]
    return [
        {
            'name': name,
            'default': None if default is None else ast.get_source_segment(run_stub.text, default),
            'byName': by_name,
        }
        for name, default, by_name in found
    ]


def member_of(node):
    if isinstance(node, ast.FunctionDef):
        decorators = [each.id for each in node.decorator_list if isinstance(each, ast.Name)]
        return node.name, {
            'kind': 'property' if 'property' in decorators else 'method',
            'parameters': parameters_of(node),
            'text': ast.get_docstring(node) or '',
        }
    if isinstance(node, ast.AnnAssign):
        return node.target.id, {'kind': 'property', 'parameters': [], 'text': ''}
    return None


def run_stub(job, blocks):
    """The declarations of a stub, by class; functions of the module stand under ''."""
    with open(job['file'], encoding='utf-8') as file:
        run_stub.text = file.read()
    classes = {'': {}}
    for node in ast.parse(run_stub.text).body:
        if isinstance(node, ast.ClassDef):
            members = dict(filter(None, map(member_of, node.body)))
            classes[node.name] = {'text': ast.get_docstring(node) or '', 'members': members}
        elif isinstance(node, ast.FunctionDef):
            name, member = member_of(node)
            classes[''][name] = member
    return classes


def run_members(job, blocks):
    """The public members of the engine's own classes, and their parameters."""
    found = {}
    for name, path in job['classes'].items():
        module, _, own = path.rpartition('.')
        owner = getattr(__import__(module, fromlist=[own]), own)
        members = {}
        for member in dir(owner):
            value = inspect.getattr_static(owner, member)
            if member.startswith('_') or (issubclass(owner, tuple) and hasattr(tuple, member)):
                continue
            parameters = []
            if inspect.isfunction(value):
                parameters = [
                    {
                        'name': each.name,
                        'default': None if each.default is each.empty else repr(each.default),
                        'byName': each.kind is each.KEYWORD_ONLY,
                    }
                    for each in list(inspect.signature(value).parameters.values())[1:]
                ]
            kind = 'method' if inspect.isfunction(value) else 'property'
            members[member] = {'kind': kind, 'parameters': parameters}
        found[name] = members
    return found


KINDS = {
    'session': run_session,
    'indicators': run_indicators,
    'source': run_source,
    'random': run_random,
    'stub': run_stub,
    'members': run_members,
}


def main():
    given = json.load(sys.stdin)
    json.dump([KINDS[job['kind']](job, given['blocks']) for job in given['jobs']], sys.stdout)


main()
