import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { built } from '../../sandbox/support.ts';
import { hasPython, runnerFolder } from './pythonRunner.ts';

/** Holds each declared class against the one that runs; answers the differences. */
const comparison = `
import ast, inspect, json, sys
sys.path.insert(0, sys.argv[1])
from strategy_lab import Strategy, cross_above, cross_below, integer, number
from strategy_lab.engine import context, higher_timeframes, market_views, orders, series
from strategy_lab.engine.indicators import create, results

modules = (context, higher_timeframes, market_views, orders, series, create, results)
differences = []
compared = 0
found = {}
for module in modules:
    for name, value in vars(module).items():
        if inspect.isclass(value):
            found.setdefault(name, value)
found['Strategy'] = Strategy
found['Lab'] = found['Context']
functions = {'integer': integer, 'number': number, 'cross_above': cross_above, 'cross_below': cross_below}

def arguments(node):
    given = node.args
    return [a.arg for a in given.args], sorted(a.arg for a in given.kwonlyargs)

def real_arguments(value):
    kinds = inspect.Parameter
    parameters = inspect.signature(value).parameters.values()
    return (
        [p.name for p in parameters if p.kind is kinds.POSITIONAL_OR_KEYWORD],
        sorted(p.name for p in parameters if p.kind is kinds.KEYWORD_ONLY),
    )

for node in ast.parse(sys.stdin.read()).body:
    if isinstance(node, ast.FunctionDef) and arguments(node) != real_arguments(functions[node.name]):
        differences.append(node.name)
    if not isinstance(node, ast.ClassDef) or node.name not in found:
        continue
    compared += 1
    for member in node.body:
        if not isinstance(member, ast.FunctionDef):
            continue
        real = inspect.getattr_static(found[node.name], member.name, None)
        if real is None:
            differences.append(f'{node.name}.{member.name} is not there')
        elif callable(real) and not member.decorator_list and arguments(member) != real_arguments(real):
            differences.append(f'{node.name}.{member.name}: {arguments(member)} {real_arguments(real)}')
print(json.dumps([compared, differences]))
`;

test.skipIf(!hasPython)(
  'what is declared for editors is there when a strategy runs, with the same arguments',
  () => {
    const input = readFileSync(built('strategy_lab.pyi'), 'utf8');
    const answer = execFileSync('python3', ['-B', '-c', comparison, runnerFolder], {
      input,
      encoding: 'utf8',
    });
    const [compared, differences] = JSON.parse(answer) as [number, string[]];
    expect(differences).toEqual([]);
    expect(compared).toBeGreaterThan(20);
  },
);
