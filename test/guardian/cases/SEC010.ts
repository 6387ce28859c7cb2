import { atTop } from '../corpus/build.ts';

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
