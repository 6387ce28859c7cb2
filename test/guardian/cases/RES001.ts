import { inNext } from '../corpus/build.ts';
import { inPythonNext } from '../corpus/buildPython.ts';

export const javascript = {
  found: [
    inNext('while (true) {}'),
    inNext('for (let i = 0; i < 9; i--) {}'),
    inNext('while (position.isFlat) orders.buy({ percent: 1 });'),
    inNext(
      'let sum = 0; for (const one of ones()) sum += one;',
      'function* ones() { while (true) yield 1; }',
    ),
    inNext('const all = [...ones()];', 'function* ones() { for (;;) yield 1; }'),
    inNext('const all = Array.from(ones());', 'function* ones() { for (;;) { yield 1; yield 2; } }'),
  ],
  clean: [
    inNext('while (true) { break; }'),
    inNext('for (let i = 9; i >= 0; i--) {}'),
    inNext('const a = [1]; while (a.length > 0) a.pop();'),
    inNext(
      'for (const one of ones()) if (one > bar.close) break;',
      'function* ones() { let next = 0; while (true) yield (next += 1); }',
    ),
    inNext('const [first, second] = ones();', 'function* ones() { for (;;) yield 1; }'),
    inNext(
      'const all = [...few()];',
      'function* few() { let i = 0; while (true) { if (i > 3) return; yield (i += 1); } }',
    ),
  ],
};

export const python = {
  found: [
    inPythonNext(`while True:
    pass`),
    inPythonNext(`while 1:
    for x in self.levels:
        break`),
    inPythonNext(`i = 0
while i < 10:
    j = i`),
    inPythonNext(`while lab.position.is_flat:
    lab.orders.buy(percent=1)`),
    inPythonNext(`for i in range(10**12):
    pass`),
    inPythonNext(`for one in iter(int, 1):
    pass`),
    inPythonNext('x = sum(iter(float, 1.5))'),
    inPythonNext('x = 10 ** 10 ** 9'),
    inPythonNext("x = 'a' * 10 ** 12"),
    inPythonNext(`while True:
    def f():
        return 1
    f()`),
  ],
  clean: [
    inPythonNext(`while True:
    break`),
    inPythonNext(`i = 0
while i < 10:
    i += 1`),
    inPythonNext(`for one in iter(int, 1):
    if lab.bar.close > 1:
        break`),
    inPythonNext(`for one in iter(int, 0):
    pass`),
    inPythonNext('x = next(iter([1, 2]))'),
    inPythonNext(`a = [1]
while a:
    a.pop()`),
    inPythonNext(`while len(self.levels) > 5:
    self.levels.pop()`),
    inPythonNext(`while True:
    if lab.bar.close > 1:
        return`),
    inPythonNext(`while (x := next(iter(self.levels), None)) is None:
    pass`),
    inPythonNext(`while self.losses > 0:
    self.losses -= 1`),
    inPythonNext('x = 2.0 ** 9000000 if False else 10 ** 9'),
    inPythonNext("x = '-' * 40"),
  ],
};
