import { inNext } from '../corpus/build.ts';
import { inPythonNext } from '../corpus/buildPython.ts';

export const javascript = {
  found: [
    inNext('while (true) {}'),
    inNext('for (let i = 0; i < 9; i--) {}'),
    inNext('while (position.isFlat) orders.buy({ percent: 1 });'),
  ],
  clean: [
    inNext('while (true) { break; }'),
    inNext('for (let i = 9; i >= 0; i--) {}'),
    inNext('const a = [1]; while (a.length > 0) a.pop();'),
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
