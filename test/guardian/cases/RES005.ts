import { inNext } from '../corpus/build.ts';

export const javascript = {
  found: [inNext('log(`close #{bar.close}`);'), inNext('const write = log; write("bar");')],
  clean: [inNext('if (position.isFlat) log("flat");'), inNext('if (bar.index > 5) return; log("first");')],
};
