import { inNext } from '../corpus/build.ts';

export const javascript = {
  found: [
    inNext('while (true) {}'),
    inNext('for (let i = 0; i < 9; i--) {}'),
    inNext('while (position.isFlat) orders.buy({ percent: 1 });'),
  ],
  clean: [
    inNext('while (true) { break; }'),
    inNext('for (let i = 9; i >= 0; i--) {}'),
    inNext('const a = [1]; while (a.length > 0) a.pop();'),
  ],
};
