import { inNext } from '../corpus/build.ts';
import { inPythonNext } from '../corpus/buildPython.ts';

export const javascript = {
  found: [inNext('log(`close #{bar.close}`);'), inNext('const write = log; write("bar");')],
  clean: [inNext('if (position.isFlat) log("flat");'), inNext('if (bar.index > 5) return; log("first");')],
};

export const python = {
  found: [inPythonNext("lab.log('x')"), inPythonNext("lab.log(f'{lab.bar.close}')")],
  clean: [
    inPythonNext(`if lab.bar.close > 1:
    lab.log('x')`),
    inPythonNext(`if lab.position.is_long:
    return
lab.log('x')`),
  ],
};
