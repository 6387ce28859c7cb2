import { atTop, inNext } from '../corpus/build.ts';
import { inPythonNext, inSignals } from '../corpus/buildPython.ts';

export const javascript = {
  found: [
    inNext('bar.time < Date.UTC(2021, 10, 10);'),
    atTop("const peak = '2021-11-10';"),
    atTop(
      'const table = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40, 41, 42, 43, 44, 45, 46, 47, 48, 49, 50, 51, 52, 53, 54, 55, 56, 57, 58, 59];',
    ),
    inNext('if (bar.index === 57 || bar.index === 133 || 398 === bar.index) log("in");'),
    inNext('const day = Math.floor(bar.time / 86400000); day === 19727 || day === 19735 || day === 19744;'),
    inNext('switch (bar.index) { case 12: case 57: case 133: log("in"); }'),
    atTop(
      'const chosen = new Set([12, 57, 133]); const isIn = (bar: { index: number }) => bar.index > 1;',
    ).replace('if (position.isFlat)', 'if (position.isFlat && chosen.has(bar.index))'),
  ],
  clean: [
    inNext('if (bar.index === 0 || bar.index === 1 || bar.index === params.lag) log("in");'),
    inNext('const hour = Math.floor(bar.time / 3600000) % 24; hour === 3 || hour === 9 || hour === 15;'),
    inNext('[4, 8, 12].includes(new Date(bar.time).getUTCHours()); [0, 2, 4].includes(bar.index % 6);'),
    inNext('if (bar.index === 100) log("in");'),
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
    inPythonNext(`if lab.bar.index in (12, 57, 133):
    lab.log('in')`),
    inPythonNext(`chosen = frozenset([12, 57, 133])
x = lab.bar.index in chosen`),
    inPythonNext(`day = int(lab.bar.time // 86400000)
x = day == 19727 or day == 19735 or 19744 == day`),
  ],
  clean: [
    inPythonNext('x = lab.bar.index == 0 or lab.bar.index == 1 or lab.bar.index == lab.params.lag'),
    inPythonNext(`hour = int(lab.bar.time // 3600000) % 24
x = hour in (3, 9, 15) or lab.bar.index % 6 in (0, 2, 4)`),
    inPythonNext("x = '20:30'"),
    inPythonNext("x = 'close 2020'"),
    inSignals("return frame['close']"),
  ],
};
