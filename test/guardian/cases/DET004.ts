import { atTop } from '../corpus/build.ts';
import { atPythonTop, inPythonNext } from '../corpus/buildPython.ts';

export const javascript = {
  found: [
    atTop('let n = 0; function f() { n++; }'),
    atTop('const a: number[] = []; function f() { a.push(1); }'),
    atTop('const o = { n: 0 }; const f = () => { o.n = 1; };'),
  ],
  clean: [
    atTop('let n = 0; n += 1;'),
    atTop('const a = [1]; const f = () => a.map((x) => x + 1);'),
    atTop('function make() { let n = 0; return () => { n += 1; return n; }; }'),
  ],
};

export const python = {
  found: [
    atPythonTop(`seen = []
def f(x):
    seen.append(x)`),
    atPythonTop(`n = 0
def f():
    global n
    n += 1`),
    atPythonTop(`table = {}
def f(k):
    table[k] = 1`),
    atPythonTop(`seen = []
def f(x):
    seen.append(x)
    return x
@f
def g():
    return f`),
    atPythonTop(`def f(x, seen=[]):
    seen.append(x)
    return seen`),
  ],
  clean: [
    atPythonTop(`SIDES = [1, 2]
def f():
    return SIDES[0]`),
    atPythonTop(`RULES = {}
def rule(weight):
    def register(function):
        RULES[function.__name__] = weight
        return function
    return register
@rule(2)
def g():
    return RULES['g']`),
    atPythonTop(`def f(x, sides=(1, 2)):
    return sides`),
    atPythonTop(`def f(x, seen=None):
    seen = seen or []
    seen.append(x)`),
    inPythonNext(`self.levels.append(1.0)
self.levels.pop()`),
  ],
};
