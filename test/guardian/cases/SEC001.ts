import { atTop, inNext } from '../corpus/build.ts';

export const javascript = {
  found: [
    inNext('process.exit();'),
    inNext('const f = fetch; f("x");'),
    inNext('levels.unheardOf();'),
    atTop('const g = this;'),
    inNext('JSON.parse("1", (k, v) => v);'),
  ],
  clean: [
    inNext('if (Math.max(...levels) > bar.close) orders.close();'),
    atTop('class A { n = 1; get() { return this.n; } }'),
    inNext('const own = { unheardOf: () => 1 }; own.unheardOf();'),
  ],
};
