import { inNext } from '../corpus/build.ts';

export const javascript = {
  found: [
    inNext('fast.ago(-1);'),
    inNext('fast.ago(-params.lag);'),
    inNext('const { ago } = fast; ago(1 - 3);'),
  ],
  clean: [
    inNext('fast.ago(1);'),
    inNext('fast.ago(-(-2));'),
    inNext('const own = { ago: (n: number) => n }; own.ago(-1);'),
  ],
};
