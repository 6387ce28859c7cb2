import { inNext } from '../corpus/build.ts';
import { inPythonNext } from '../corpus/buildPython.ts';

export const javascript = {
  found: [
    inNext(`// guardian-ignore RES005
    log("bar");`),
    inNext(`// guardian-ignore SEC001: because I say so
    log(1);`),
    inNext('// guardian-ignore RES005: nothing here'),
  ],
  clean: [inNext('// guardian ignores nothing here'), inNext('// RES005 is about logs')],
};

export const python = {
  found: [
    inPythonNext('# guardian-ignore SEC001: harmless'),
    inPythonNext('x = 1  # guardian-ignore RES999: none'),
    inPythonNext('# guardian-ignore: nothing'),
  ],
  clean: [inPythonNext('# ignore this bar'), inPythonNext('x = 1  # guardian')],
};
