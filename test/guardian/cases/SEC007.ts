import { inPythonNext } from '../corpus/buildPython.ts';

export const python = {
  found: [
    inPythonNext("eval('1')"),
    inPythonNext('lab._private'),
    inPythonNext("'{0.x}'.format(lab)"),
    inPythonNext('self.__dict__'),
    inPythonNext('(i for i in []).gi_frame'),
    inPythonNext("getattr(lab, 'bar')"),
  ],
  clean: [
    inPythonNext("lab.log('{:.2f}'.format(lab.bar.close))"),
    inPythonNext(`self._count = 1
self._count += 1`),
    inPythonNext('lab.log(type(self).__name__)'),
    inPythonNext(`open = lab.bar.open
x = open + 1`),
  ],
};
