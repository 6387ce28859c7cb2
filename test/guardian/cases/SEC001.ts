import { atTop, inNext } from '../corpus/build.ts';
import { atPythonTop, inPythonNext } from '../corpus/buildPython.ts';

export const javascript = {
  found: [
    inNext('process.exit();'),
    inNext('const f = fetch; f("x");'),
    inNext('process.exit();', 'enum Side { Long = 1 }'),
    inNext('levels.unheardOf();'),
    atTop('const g = this;'),
    inNext('JSON.parse("1", (k, v) => v);'),
    inNext('const own = { [Symbol.toPrimitive]: () => 1 };'),
    inNext('const mark = Symbol("x");'),
  ],
  clean: [
    // Refused where it is declared, and not again wherever it is used.
    inNext('if (losses === Side.Long) orders.close();', 'enum Side { Long = 1 }'),
    inNext('if (Math.max(...levels) > bar.close) orders.close();'),
    atTop('class A { n = 1; get() { return this.n; } }'),
    inNext('const own = { unheardOf: () => 1 }; own.unheardOf();'),
    inNext('const own = { *[Symbol.iterator]() { yield 1; } }; for (const one of own) log(`#{one}`);'),
  ],
};

export const python = {
  found: [
    inPythonNext('print(1)'),
    inPythonNext('undeclared + 1'),
    inPythonNext('lab.bar.close.unknown_member'),
    atPythonTop('x = undeclared'),
  ],
  clean: [
    inPythonNext('lab.log(str(len(self.levels)))'),
    inPythonNext('x = sorted(self.levels, key=lambda level: -level)[0]'),
    atPythonTop(`if __name__ == "__main__":
    pass`),
  ],
};
