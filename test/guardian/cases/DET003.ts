import { inNext } from '../corpus/build.ts';
import { inPythonNext } from '../corpus/buildPython.ts';

export const javascript = {
  found: [
    inNext('new Date(bar.time).getHours();'),
    inNext("'a'.localeCompare('b');"),
    inNext('new Date(2020, 1, 1);'),
    inNext("Date.parse('2020');"),
    // The sandbox makes dates of numbers alone.
    inNext("new Date('2024-01-31T00:00:00Z');"),
    inNext('new Date(new Date(bar.time).toISOString());'),
  ],
  clean: [
    inNext('new Date(bar.time).getUTCHours();'),
    inNext('new Date(Date.UTC(2024, 0, 31));'),
    inNext('new Date(new Date(bar.time));'),
    inNext("'a' < 'b';"),
    inNext("const own = { parse: (x: string) => x }; own.parse('1');"),
  ],
};

export const python = {
  found: [
    inPythonNext("x = hash('a')"),
    inPythonNext('x = id(self)'),
    inPythonNext("x = repr(self)[-5] in '01234567'"),
    inPythonNext("x = f'{lab!r}{lab.orders!r}'[-5]"),
    inPythonNext('x = str(lambda: 0)[-5]'),
    inPythonNext(`def own():
    pass
x = f'{own}'[-5]`),
    inPythonNext(`for s in {'a', 'b'}:
    pass`),
    inPythonNext(`names = {'a', 'b'}
x = list(names)`),
    inPythonNext("x = [s for s in set(['a'])]"),
    inPythonNext("x = list(frozenset(['a', 'b']))[0]"),
    inPythonNext("x = {'a', 'b'}.pop()"),
    inPythonNext(`left = frozenset(['a', 'b']) - {'a'}
for s in frozenset(['a']):
    pass`),
  ],
  clean: [
    inPythonNext("x = 'a' in {'a', 'b'}"),
    inPythonNext("x = str(lab.bar.close)[-1] + f'{lab.position.bars}' + repr(self.levels)"),
    inPythonNext("lab.log(f'{self} {lab.position}')"),
    inPythonNext('x = repr(self)').replace(
      '    def setup(self, lab):',
      "    def __repr__(self):\n        return 'Example'\n\n    def setup(self, lab):",
    ),
    inPythonNext("x = len(set(['a']))"),
    inPythonNext("x = sorted(set(['a']))"),
    inPythonNext("x = {s for s in set(['a'])}"),
    inPythonNext("x = sorted(frozenset(['a']))[0]"),
    inPythonNext("x = {'a': 1}.pop('a')"),
    inPythonNext('x = [1, 2].pop()'),
    inPythonNext('x = 3 in frozenset([1, 2])'),
    inPythonNext(`for n in (1, 2):
    pass`),
  ],
};
