import { inNext } from '../corpus/build.ts';
import { atPythonTop, inPythonNext } from '../corpus/buildPython.ts';

export const javascript = {
  found: [
    inNext('Math.random();'),
    inNext('const { random: r } = Math; r();'),
    inNext('crypto.randomUUID();'),
  ],
  clean: [inNext('random();'), inNext('const own = { random: () => 4 }; own.random();')],
};

export const python = {
  found: [
    inPythonNext('np.random.rand()'),
    inPythonNext('np.random.seed(1)'),
    inPythonNext('np.random.default_rng()'),
    inPythonNext('np.random.default_rng(None)'),
    atPythonTop('import random'),
  ],
  clean: [inPythonNext('x = lab.random()'), inPythonNext('x = np.random.default_rng(7).normal()')],
};
