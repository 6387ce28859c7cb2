import { atTop, inNext } from '../corpus/build.ts';
import { atPythonTop } from '../corpus/buildPython.ts';

export const javascript = {
  found: [
    atTop("import fs from 'node:fs';"),
    inNext("import('node:fs');"),
    atTop("export * from 'other';"),
    atTop("let s: import('node:fs').Stats | undefined;"),
  ],
  clean: [
    atTop("import type { Series } from 'strategy-lab';"),
    atTop("import { crossAbove } from 'strategy-lab';"),
    atTop('export const one = 1;'),
  ],
};

export const python = {
  found: [
    atPythonTop('import os'),
    atPythonTop('import sys as math'),
    atPythonTop('from subprocess import run'),
    atPythonTop('from . import x'),
    atPythonTop('from numpy import *'),
  ],
  clean: [
    atPythonTop('import math'),
    atPythonTop('from collections import deque'),
    atPythonTop('import numpy.linalg as la'),
    atPythonTop('from __future__ import annotations'),
    atPythonTop('import collections.abc'),
  ],
};
