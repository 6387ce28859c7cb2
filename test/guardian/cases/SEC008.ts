import { atPythonTop } from '../corpus/buildPython.ts';

export const python = {
  found: [`# coding: latin-1\n${atPythonTop('')}`, `\n# vim: set fileencoding=utf-7\n${atPythonTop('')}`],
  clean: [`# coding: utf-8\n${atPythonTop('')}`, `# a\n# b\n# coding: latin-1\n${atPythonTop('')}`],
};
