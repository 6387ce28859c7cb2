import { inNext } from '../corpus/build.ts';
import { inPythonNext } from '../corpus/buildPython.ts';

export const javascript = {
  found: [
    inNext('new Date(bar.time).getHours();'),
    inNext("'a'.localeCompare('b');"),
    inNext('new Date(2020, 1, 1);'),
    inNext("Date.parse('2020');"),
  ],
  clean: [
    inNext('new Date(bar.time).getUTCHours();'),
    inNext("'a' < 'b';"),
    inNext("const own = { parse: (x: string) => x }; own.parse('1');"),
  ],
};

export const python = {
  found: [
    inPythonNext("x = hash('a')"),
    inPythonNext('x = id(self)'),
    inPythonNext(`for s in {'a', 'b'}:
    pass`),
    inPythonNext(`names = {'a', 'b'}
x = list(names)`),
    inPythonNext("x = [s for s in set(['a'])]"),
  ],
  clean: [
    inPythonNext("x = 'a' in {'a', 'b'}"),
    inPythonNext("x = len(set(['a']))"),
    inPythonNext("x = sorted(set(['a']))"),
    inPythonNext("x = {s for s in set(['a'])}"),
    inPythonNext(`for n in (1, 2):
    pass`),
  ],
};
