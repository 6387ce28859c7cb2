import { inNext } from '../corpus/build.ts';

export const javascript = {
  found: [inNext('fast.ago(params.lag - 5);'), inNext('for (let i = 0; i < 5; i++) fast.ago(i - 2);')],
  clean: [
    inNext('fast.ago(params.lag - 1);'),
    inNext('for (let i = 2; i < 5; i++) fast.ago(i - 2);'),
    inNext('for (let i = 0; i < 5; i++) if (i > 1) fast.ago(i - 2);'),
  ],
};
