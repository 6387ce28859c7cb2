import { pythonRunnerHash } from 'virtual:python-runner';
import type { SandboxBackend } from '../../../sandbox/sandbox.ts';
import type { RunRequest } from '../../../sandbox/session.ts';
import { runRequest } from '../support.ts';

/** A run of a strategy in Python over 1,000 bars with its defaults, unless told otherwise. */
export function pythonRequest(
  backend: SandboxBackend,
  source: string,
  changes: Partial<RunRequest> = {},
): RunRequest {
  return runRequest(backend, source, { language: 'python', engineHash: pythonRunnerHash, ...changes });
}

function indented(text: string, depth: number): string {
  return text
    .trim()
    .split('\n')
    .map((line) => `${' '.repeat(depth)}${line}`)
    .join('\n');
}

/** A strategy in Python whose next has the given statements, and whose module those of `top`. */
export function pythonOf(next: string, top = ''): string {
  return `from strategy_lab import Strategy
${top}
class Test(Strategy):
    name = 'Test'
    def next(self, lab):
${indented(next, 8)}
`;
}

/** A vectorised strategy in Python whose signals has the given statements; `np` and `pd` are at hand. */
export function signalsOf(statements: string): string {
  return `import numpy as np
import pandas as pd
from strategy_lab import Strategy

class Test(Strategy):
    name = 'Test'
    def signals(self, frame, params):
${indented(statements, 8)}
`;
}

/** What opens the whole process to a strategy that the Guardian has not seen: `system` is Python's sys. */
export const breakOut = `
def opened():
    for kind in ().__class__.__base__.__subclasses__():
        if kind.__name__ == '_wrap_close':
            return kind.__init__.__globals__['sys']
system = opened()
modules = system.modules
os = modules['os']
load = modules['builtins'].__import__
channel = modules['__main__'].channel
core = modules['__main__'].core
frames = modules['runner.frames']
`;
