import { atTop } from '../corpus/build.ts';
import { inPythonNext } from '../corpus/buildPython.ts';

export const javascript = {
  found: [
    atTop("const k = 'AKIAABCDEFGHIJKLMNOP';"),
    atTop("const apiKey = 'live-4f9a77c01b';"),
    atTop("const o = { password: 'hunter2hunter2' };"),
  ],
  clean: [
    atTop("const token = 'BTC';"),
    atTop("const label = 'live-4f9a77c01b';"),
    atTop("const name = 'moving-average-cross-of-two-lengths';"),
  ],
};

export const python = {
  found: [
    inPythonNext("key = 'AKIAABCDEFGHIJKLMNOP'"),
    inPythonNext("password = 'hunter2hunter2'"),
    inPythonNext("x = {'api_key': 'abc123def456'}"),
  ],
  clean: [inPythonNext("token = 'BTC'"), inPythonNext("text = 'moving-average-cross-of-two-lengths'")],
};
