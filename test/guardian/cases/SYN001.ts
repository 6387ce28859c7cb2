import { atTop } from '../corpus/build.ts';
import { inPythonNext } from '../corpus/buildPython.ts';

export const javascript = {
  found: ['const level = ;', 'export default {', atTop('const = 3;')],
  clean: [atTop('const level = 1;'), atTop('const level = 1 satisfies number;')],
};

export const python = {
  found: [
    inPythonNext('level = '),
    inPythonNext('if True lab.log("x")'),
    inPythonNext('print "x"'),
    inPythonNext('lab.bar.close <> 1'),
    inPythonNext(`def f(:
    pass`),
    inPythonNext('x = 0777'),
  ],
  clean: [
    inPythonNext('level = 1.'),
    inPythonNext('if not lab.position.is_flat: pass'),
    inPythonNext(`x = [
1,
  2]`),
    inPythonNext('x = 1_000 if True else 0x1f'),
  ],
};
