import { inNext } from '../corpus/build.ts';
import { inPythonNext } from '../corpus/buildPython.ts';

export const javascript = {
  found: [inNext('levels.push(bar.close);'), inNext('levels.unshift(bar.close);')],
  clean: [
    inNext('levels.push(bar.close); if (levels.length > 9) levels.shift();'),
    inNext('const list: number[] = []; list.push(1);'),
  ],
};

export const python = {
  found: [
    inPythonNext('self.levels.append(1.0)'),
    inPythonNext('self.levels.extend([1.0, 2.0])'),
    inPythonNext(`if lab.bar.close > 1:
    self.levels.insert(0, 1.0)`),
  ],
  clean: [
    inPythonNext(`self.levels.append(1.0)
del self.levels[0]`),
    inPythonNext(`own = []
own.append(1)`),
    inPythonNext(`self.levels.append(1.0)
self.levels = self.levels[-20:]`),
  ],
};
