import { atTop } from '../corpus/build.ts';
import { inPythonNext } from '../corpus/buildPython.ts';

export const javascript = {
  found: [atTop('const pr\\u0069ce = 1;'), atTop('const pаrams = 1;'), atTop("const s = 'a‮b';")],
  clean: [atTop('const цена = 1;'), atTop('const σ = 1;'), atTop("const s = 'Привет';")],
};

export const python = {
  found: [
    inPythonNext('ｐrice = 1'),
    inPythonNext('сlose = 1'),
    inPythonNext("x = '‮'"),
    inPythonNext('ﬁ = 1'),
  ],
  clean: [inPythonNext('цена = 1'), inPythonNext("text = 'Привет'"), inPythonNext('# ❤️ comment')],
};
