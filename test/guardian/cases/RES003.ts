import { inNext } from '../corpus/build.ts';

export const javascript = {
  found: [inNext('levels.push(bar.close);'), inNext('levels.unshift(bar.close);')],
  clean: [
    inNext('levels.push(bar.close); if (levels.length > 9) levels.shift();'),
    inNext('const list: number[] = []; list.push(1);'),
  ],
};
