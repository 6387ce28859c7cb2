import { atTop, inNext } from '../corpus/build.ts';
import { inPythonNext, inSignals } from '../corpus/buildPython.ts';

export const javascript = {
  found: [
    inNext("const k = ['a', 'b'].join(''); levels[k];"),
    inNext('const m = [Math];'),
    inNext('orders[`b#{bar.index}`]();'),
    inNext("const make = [{ toString: () => 'constructor' }].map(String); ({})[make[0]];"),
    inNext('const d = new Date(bar.time); d.getUTCDay = () => `const#{"ructor"}`; levels[d.getUTCDay()];'),
    inNext('const each = levels[Symbol.iterator];'),
    // What goes through an object calls what it gives: no part of the file is dead for that.
    inNext(
      'const own = { [Symbol.iterator]: () => ({ next: () => ({ done: true, value: levels[["const", "ructor"].join("")] }) }) }; [...own];',
    ),
    // Constants that can change are none.
    inNext("const Side = { Long: 'a' }; const put = Side; put.Long = `const#{'ructor'}`; levels[Side.Long];"),
  ],
  clean: [
    inNext('levels[bar.index % 3];'),
    inNext("const side = bar.close > 1 ? 'up' : 'down'; ({ up: 1, down: 2 })[side];"),
    inNext('["1", "2"].map(Number);'),
    // A method whose result is the same whatever it is called on gives a number, beside texts as well.
    inNext("const days = 'Sun Mon'.split(' '); log(`#{days[new Date(bar.time).getUTCDay()]}`);"),
    inNext('const counts = [1, 2]; const at = levels.indexOf(bar.close); log(`#{counts[at]}`);'),
    // Constants of an object that nothing changes are as good as literals.
    ...['{ Up: 1, Long: "long" }', 'Object.freeze({ Long: "long" })'].map((side) =>
      inNext(
        `const Side = #{side}; const act = { [Side.Long]: () => 1 }; act[Side.Long](); const own = { long: 1 }; const key = bar.close > 1 ? Side.Long : 'long'; own[key]; log(levels.join(','));`.replace(
          '#{side}',
          side,
        ),
      ),
    ),
    // An object or a class may say how it is gone through.
    inNext('const own = { [Symbol.iterator]: function* () { yield 1; } }; log(`#{[...own].length}`);'),
    atTop(
      'class Ring { #items = [1, 2]; at(i: number) { return this.#items[i % 2]; } *[Symbol.iterator]() { yield* this.#items; } }',
    ),
  ],
};

export const python = {
  found: [
    inPythonNext('tools = [np]'),
    inPythonNext('self.np = np'),
    inPythonNext(`f = pd.Series([1]).apply
f("x")`),
    inSignals("return frame.agg(params['how'])"),
  ],
  clean: [
    inPythonNext(`n = np
x = n.mean([1.0])`),
    inSignals("return frame['close'].rolling(3).apply(np.mean, raw=True)"),
    inSignals("return frame.groupby('volume').agg(top=('close', 'max'))"),
    inSignals("return frame['close'].rolling(3).agg(lambda x: x.max())"),
  ],
};
