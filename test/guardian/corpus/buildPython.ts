/** A strategy in Python around the code of one trick. */

const head = `import numpy as np
import pandas as pd
from strategy_lab import Strategy, cross_above, cross_below, integer, number
`;

function indented(code: string, depth: number): string {
  return code
    .split('\n')
    .map((line) => (line === '' ? '' : ' '.repeat(depth) + line))
    .join('\n');
}

/**
 * `code` in `next`, `before` at the top of the file. `self` has the series `average`, `fast` and `slow`, the list
 * `levels` and the number `losses`.
 */
export function inPythonNext(code: string, before = ''): string {
  return `${head}
${before}

class Example(Strategy):
    name = 'Example'
    params = {'lag': integer(3, min=0, max=10)}

    def setup(self, lab):
        self.average = lab.indicators.sma(20)
        self.fast = lab.indicators.ema(5)
        self.slow = lab.indicators.ema(50)
        self.levels = [1.0, 2.0]
        self.losses = 0

    def next(self, lab):
        if lab.position.is_flat and cross_above(self.fast, self.slow):
            lab.orders.buy(percent=50, stop_loss_percent=5)
        elif cross_below(self.fast, self.slow):
            lab.orders.close()
${indented(code, 8)}
`;
}

/** `code` in `setup`. */
export function inPythonSetup(code: string): string {
  return inPythonNext('').replace(
    '        self.losses = 0\n',
    `        self.losses = 0\n${indented(code, 8)}\n`,
  );
}

/** `code` in `signals`, which is given the frame and the parameters; it returns the target itself. */
export function inSignals(code: string, before = ''): string {
  return `${head}
${before}

class Example(Strategy):
    name = 'Example'
    params = {'length': integer(20, min=2, max=200)}

    def signals(self, frame, params):
${indented(code, 8)}
`;
}

/** `code` at the top of a file with a strategy. */
export function atPythonTop(code: string): string {
  return inPythonNext('', code);
}

/** An example of a rule's page as a whole file. */
export function wholePython(code: string): string {
  if (/^(?:from|import) |^# -\*- coding/m.test(code) && code.includes('(Strategy)')) return code;
  if (code.startsWith('# At the top of the file.')) return atPythonTop(code);
  if (code.startsWith('# In signals.')) return inSignals(code);
  return code.startsWith('# In setup.') ? inPythonSetup(code) : inPythonNext(code);
}
