import { atTop, inNext } from '../corpus/build.ts';
import { atPythonTop } from '../corpus/buildPython.ts';

export const javascript = {
  found: [
    atTop('async function f() {}'),
    atTop('function* g() { yield 1; }'),
    inNext('new Proxy({}, {});'),
    inNext('debugger;'),
    atTop('const d = () => 1; @d class A {}'),
  ],
  clean: [
    atTop('function f() { return 1; }'),
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
