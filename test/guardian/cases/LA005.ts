import { inNext } from '../corpus/build.ts';

export const javascript = {
  found: [
    inNext(
      'levels.push(bar.close); if (levels.length > 9) levels.shift(); const m = levels.sort((a, b) => a - b)[4];',
    ),
    inNext('levels.push(bar.close); if (levels.length > 9) levels.shift(); levels.reverse();'),
  ],
  clean: [
    inNext(
      'levels.push(bar.close); if (levels.length > 9) levels.shift(); const m = [...levels].sort((a, b) => a - b)[4];',
    ),
    inNext(
      'levels.push(bar.close); if (levels.length > 9) levels.shift(); const m = levels.slice().reverse()[4];',
    ),
    inNext('const own = [3, 1, 2]; own.sort((a, b) => a - b);'),
    inNext('const m = levels.toSorted((a, b) => a - b);'),
    inNext('levels.sort((a, b) => a - b);'),
  ],
};
