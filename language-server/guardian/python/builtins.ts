function words(text: string): readonly string[] {
  return text.split(' ');
}

/** Built-in names that a strategy may use in any way: calling them with anything reaches nothing outside. */
export const allowedBuiltins: ReadonlySet<string> = new Set(
  words(
    'abs all any ascii bin bool bytearray bytes callable chr classmethod complex dict divmod enumerate filter float ' +
      'format frozenset hash hex id int isinstance issubclass iter len list map max min next object oct ord pow ' +
      'property range repr reversed round set slice sorted staticmethod str sum tuple zip Ellipsis NotImplemented ' +
      'Exception ArithmeticError AssertionError AttributeError FloatingPointError IndexError KeyError LookupError ' +
      'NameError NotImplementedError OverflowError RecursionError RuntimeError StopIteration TypeError ' +
      'UnboundLocalError ValueError ZeroDivisionError ImportError ModuleNotFoundError Warning UserWarning ' +
      'DeprecationWarning FutureWarning RuntimeWarning',
  ),
);

/** Built-in names that may only be called, and how: `super()` without arguments, `type(x)` with one. */
export const callOnlyBuiltins: ReadonlyMap<string, number> = new Map([
  ['super', 0],
  ['type', 1],
]);

/** Built-in names that run text, or reach names, objects or files by their names. */
export const reachingBuiltins: ReadonlyMap<string, string> = new Map([
  ['eval', 'Write the expression itself in place of the text.'],
  ['exec', 'Write the code itself in place of the text.'],
  ['compile', 'Write the code itself in place of the text.'],
  ['__import__', 'Import with an import statement; see SEC002 for what can be imported.'],
  ['getattr', 'Write the member: thing.name. To choose one of several, use a dictionary.'],
  ['setattr', 'Write the assignment: self.name = value. For many values use a dictionary.'],
  ['delattr', 'Keep values in a dictionary and delete from it.'],
  ['hasattr', 'Set the member in setup or __init__, so that it is always there.'],
  ['globals', 'Keep values in self.'],
  ['locals', 'Name the values that you need.'],
  ['vars', 'Name the values that you need.'],
  ['dir', 'Name the members that you need.'],
  ['open', 'A strategy has no files: it is given its bars.'],
  ['input', 'Take settings as params.'],
  ['breakpoint', 'Write values with lab.log(text).'],
  ['help', 'Read the declarations of strategy_lab.'],
  ['memoryview', 'Use a list or a numpy array.'],
  ['exit', 'Return from next; a strategy cannot end the run.'],
  ['quit', 'Return from next; a strategy cannot end the run.'],
  ['copyright', 'Delete it.'],
  ['credits', 'Delete it.'],
  ['license', 'Delete it.'],
  ['BaseException', 'Use Exception.'],
  ['BaseExceptionGroup', 'Use Exception.'],
  ['ExceptionGroup', 'Use Exception.'],
  ['SystemExit', 'Return from next; a strategy cannot end the run.'],
  ['KeyboardInterrupt', 'Use Exception.'],
  ['GeneratorExit', 'Use Exception.'],
  ['aiter', 'Write plain synchronous functions.'],
  ['anext', 'Write plain synchronous functions.'],
]);

/** What to use in place of a name that people miss. */
export const replacements: ReadonlyMap<string, string> = new Map([
  ['print', 'Write with lab.log(text).'],
  ['type', 'Compare or name the class of one value: type(x) is float, type(x).__name__.'],
  ['super', 'Call it without arguments: super().'],
  ['Strategy', 'Import it: from strategy_lab import Strategy.'],
  ['integer', 'Import it: from strategy_lab import integer.'],
  ['number', 'Import it: from strategy_lab import number.'],
  ['cross_above', 'Import it: from strategy_lab import cross_above.'],
  ['cross_below', 'Import it: from strategy_lab import cross_below.'],
  ['np', 'Import it: import numpy as np.'],
  ['pd', 'Import it: import pandas as pd.'],
  ['math', 'Import it: import math.'],
  ['deque', 'Import it: from collections import deque.'],
  ['dataclass', 'Import it: from dataclasses import dataclass.'],
  ['lab', 'It is the second parameter of setup and next: hand it on to your function.'],
]);

/** All built-in names of Python 3.9 to 3.14 that stand on no list above. */
const others =
  'aiter anext BlockingIOError BrokenPipeError BufferError BytesWarning ChildProcessError ConnectionAbortedError ' +
  'ConnectionError ConnectionRefusedError ConnectionResetError EOFError EncodingWarning EnvironmentError ' +
  'FileExistsError FileNotFoundError IOError ImportWarning IndentationError InterruptedError IsADirectoryError ' +
  'MemoryError NotADirectoryError OSError PendingDeprecationWarning PermissionError ProcessLookupError ' +
  'PythonFinalizationError ReferenceError ResourceWarning StopAsyncIteration SyntaxError SyntaxWarning SystemError ' +
  'TabError TimeoutError UnicodeDecodeError UnicodeEncodeError UnicodeError UnicodeTranslateError UnicodeWarning ' +
  'WindowsError print';

/** True for a name that Python finds when a module or class does not hold it, and that is not allowed. */
export function isRefusedBuiltin(name: string): boolean {
  return reachingBuiltins.has(name) || otherNames.has(name) || callOnlyBuiltins.has(name);
}

const otherNames: ReadonlySet<string> = new Set(words(others));

/** Exceptions that a class may extend. */
export function isExtendable(name: string): boolean {
  return name === 'object' || (allowedBuiltins.has(name) && /(?:Exception|Error|Warning)$/.test(name));
}
