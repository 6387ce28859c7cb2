import { inNext } from '../corpus/build.ts';

export const javascript = {
  found: [
    inNext('Math.random();'),
    inNext('const { random: r } = Math; r();'),
    inNext('crypto.randomUUID();'),
  ],
  clean: [inNext('random();'), inNext('const own = { random: () => 4 }; own.random();')],
};
