import { inNext } from '../corpus/build.ts';
import { atPythonTop, inPythonNext } from '../corpus/buildPython.ts';

export const javascript = {
  found: [inNext('Date.now();'), inNext('new Date();'), inNext('Date();'), inNext('performance.now();')],
  clean: [inNext('new Date(bar.time).getUTCDay();'), inNext('const own = { now: () => 1 }; own.now();')],
};

export const python = {
  found: [
    inPythonNext('pd.Timestamp.now()'),
    inPythonNext("pd.Timestamp('now')"),
    inPythonNext("pd.to_datetime('today')"),
    atPythonTop('import time'),
    atPythonTop('from datetime import datetime'),
  ],
  clean: [
    inPythonNext("x = pd.Timestamp(lab.bar.time, unit='ms')"),
    inPythonNext("x = pd.to_datetime(lab.bar.time, unit='ms')"),
  ],
};
