import { atTop, inNext } from '../corpus/build.ts';
import { inPythonNext, inSignals } from '../corpus/buildPython.ts';

export const javascript = {
  found: [
    inNext('bar.time < Date.UTC(2021, 10, 10);'),
    atTop("const peak = '2021-11-10';"),
    atTop(
      'const table = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40, 41, 42, 43, 44, 45, 46, 47, 48, 49, 50, 51, 52, 53, 54, 55, 56, 57, 58, 59];',
    ),
  ],
  clean: [
    inNext('bar.time % 86400000 === 0;'),
    atTop("const name = 'level-2021';"),
    atTop('const table = [1, 2, 3];'),
  ],
};

export const python = {
  found: [
    inPythonNext("x = '2020-03-12'"),
    inPythonNext('x = pd.Timestamp(2020, 3, 12)'),
    inSignals("return frame.loc['2020-03':]['close']"),
  ],
  clean: [inPythonNext("x = '20:30'"), inPythonNext("x = 'close 2020'"), inSignals("return frame['close']")],
};
