import { atTop } from '../corpus/build.ts';
import { atPythonTop, inPythonNext } from '../corpus/buildPython.ts';

export const javascript = {
  found: [
    atTop('enum Side { Long }'),
    atTop('namespace N { export const a = 1; }'),
    atTop('class A { constructor(private a: number) {} }'),
    atTop('const a = <number>1;'),
  ],
  clean: [
    atTop('type Side = 1 | -1;'),
    atTop('const sides = { long: 1 } as const;'),
    atTop('class A { a: number; constructor(a: number) { this.a = a; } }'),
  ],
};

export const python = {
  found: [
    atPythonTop('type X = int'),
    atPythonTop(`def f[T](x: T) -> T:
    return x`),
    atPythonTop(`try:
    pass
except* ValueError:
    pass`),
    inPythonNext("lab.log(f'{self.levels['a']}')"),
  ],
  clean: [
    inPythonNext("lab.log(f'{lab.bar.close:>{10}}')"),
    atPythonTop(`type = 1
match = 2`),
  ],
};
