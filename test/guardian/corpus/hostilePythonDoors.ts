import { atPythonTop, inPythonNext, inSignals } from './buildPython.ts';

/** Doors that functions of the libraries and of Python itself leave open, each with the rule that must find it. */
export const hostilePythonDoors: Readonly<Record<string, { readonly source: string; readonly by: string }>> =
  {
    'text that typing evaluates': {
      source: atPythonTop("import typing\ntyping.ForwardRef('1')._evaluate({}, {}, frozenset())"),
      by: 'SEC007',
    },
    'annotations that typing evaluates': {
      source: atPythonTop(
        "from typing import get_type_hints\n\n\nclass Loot:\n    value: '1'\n\n\nget_type_hints(Loot)",
      ),
      by: 'SEC002',
    },
    'class that dataclasses make': {
      source: atPythonTop("from dataclasses import make_dataclass\nLoot = make_dataclass('Loot', ['x'])"),
      by: 'SEC002',
    },
    'module through dataclasses': {
      source: atPythonTop('import dataclasses\nloot = dataclasses.inspect.os'),
      by: 'SEC001',
    },
    'globals of a named tuple': {
      source: atPythonTop(
        "from collections import namedtuple\nlot = namedtuple('Lot', 'a b')._make.__func__.__globals__",
      ),
      by: 'SEC007',
    },
    'file through a data source': {
      source: inPythonNext("np.DataSource().open('/etc/passwd')"),
      by: 'SEC009',
    },
    'callback of numpy for errors': {
      source: inPythonNext('np.seterrcall(lambda kind, flag: None)'),
      by: 'SEC009',
    },
    'callback of numpy for texts': {
      source: inPythonNext("np.set_string_function(lambda a: 'x')"),
      by: 'SEC009',
    },
    'tests of numpy': { source: inPythonNext("np.testing.rundocs('/etc/passwd')"), by: 'SEC009' },
    'option of pandas': { source: inPythonNext("pd.set_option('plotting.backend', 'os')"), by: 'SEC009' },
    'accessor of pandas': {
      source: inPythonNext("pd.api.extensions.register_dataframe_accessor('loot')(object)"),
      by: 'SEC009',
    },
    'module that draws a column': {
      source: inSignals("frame.close.plot(backend='os')\nreturn frame.close * 0"),
      by: 'SEC009',
    },
    'method of groups by name': {
      source: inSignals("frame.groupby(frame.index.hour).agg('__class__')\nreturn frame.close * 0"),
      by: 'SEC009',
    },
    'eval that numpy vectorises': { source: inPythonNext("np.vectorize(eval)(['1'])"), by: 'SEC007' },
    'eval as a key of sorting': { source: inPythonNext("sorted(['1'], key=eval)"), by: 'SEC007' },
    'eval where an error is caught': {
      source: atPythonTop("try:\n    1 / 0\nexcept eval('ValueError'):\n    pass"),
      by: 'SEC007',
    },
    'eval in an annotation': { source: atPythonTop("value: eval('int') = 1"), by: 'SEC007' },
    'code of a generator': { source: inPythonNext('x = (n for n in [1]).gi_code'), by: 'SEC007' },
    'dunder in other low lines': { source: inPythonNext('x = lab._﹎class_﹎'), by: 'SEC007' },
    'builtins made global': { source: inPythonNext('global __builtins__\n__builtins__ = {}'), by: 'SEC007' },
    'set that is emptied': { source: inPythonNext("x = {'buy', 'sell'}.pop()"), by: 'DET003' },
    'list of a frozenset': { source: inPythonNext("x = list(frozenset(['buy', 'sell']))[0]"), by: 'DET003' },
    'lowest of all rows by min': { source: inSignals('return frame.close < min(frame.low)'), by: 'LA003' },
    'classes of all rows': {
      source: inSignals('return pd.qcut(frame.close, 5, labels=False) == 0'),
      by: 'LA003',
    },
    'times moved back': { source: inSignals("return frame.close.shift(freq='-1h')"), by: 'LA001' },
    'regular expression of a column': {
      source: inSignals("return pd.Series(['a']).str.contains('(a+)+$') * 1.0"),
      by: 'RES002',
    },
  };
