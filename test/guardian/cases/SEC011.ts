import { atTop, inNext } from '../corpus/build.ts';
import { atPythonTop } from '../corpus/buildPython.ts';

export const javascript = {
  found: [
    atTop('async function f() {}'),
    atTop('async function* g() { yield 1; }'),
    inNext('const one = g(); one.next();', 'function* g() { yield 1; }'),
    inNext('g().next(account);', 'function* g(): any { const sent = yield 1; sent.equity = 1; }'),
    inNext('g().return(1);', 'function* g() { yield 1; }'),
    inNext('const kept = new Map([[1, 1]]); const step = kept.keys(); const { value } = step.next();'),
    inNext('const kept = [g()]; kept.values().next().value.next();', 'function* g() { yield 1; }'),
    inNext('new Own().keys().next().value;', 'class Own { *keys() { yield 1; } }'),
    `import { defineStrategy } from 'strategy-lab';

class Own { *keys() { yield 1; } }

export default defineStrategy({
  name: 'Case',
  setup: () => ({ own: new Own() }),
  next(context, { own }) {
    own.keys().next().value;
  },
});
`,
    inNext('const one = g(); one.next().value;', 'function* g() { yield 1; }'),
    inNext('new Proxy({}, {});'),
    inNext('debugger;'),
    atTop('const d = () => 1; @d class A {}'),
  ],
  clean: [
    atTop('function f() { return 1; }'),
    inNext(
      'let sum = 0; for (const value of window(fast, 3)) sum += value; const [newest] = window(fast, 2);',
      'function* window(series: any, count: number) { for (let i = 0; i < count; i += 1) yield series.ago(i); }',
    ),
    inNext(
      'const all = [...both()];',
      'function* one() { yield 1; } function* both() { yield* one(); yield 2; }',
    ),
    inNext('const node = { next: () => 1 }; node.next();'),
    inNext(
      'const kept = new Map(); kept.set(bar.index, bar.close); const oldest = kept.keys().next().value; kept.delete(oldest);',
    ),
    `import { defineStrategy } from 'strategy-lab';

export default defineStrategy({
  name: 'Case',
  setup: () => ({ seen: new Map() }),
  next({ bar }, { seen }) {
    seen.set(bar.time, bar.close);
    if (seen.size > 20) seen.delete(seen.keys().next().value);
  },
});
`,
    inNext("const kept = new Set(['up']); const first = kept.values().next().value;"),
    atTop('class Window { *values() { yield 1; } }'),
    inNext('const proxy = { value: 1 }; proxy.value;'),
    atTop("const s = 'async await Promise';"),
  ],
};

export const python = {
  found: [
    atPythonTop(`async def f():
    pass`),
    atPythonTop(`async def f():
    await f()`),
    atPythonTop(`async def f():
    async with f():
        pass`),
  ],
  clean: [
    atPythonTop(`def f():
    yield 1`),
    atPythonTop(`def later():
    pass`),
  ],
};
