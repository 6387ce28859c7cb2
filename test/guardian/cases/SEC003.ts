import { atTop, inNext } from '../corpus/build.ts';

export const javascript = {
  found: [
    inNext("eval('1');"),
    inNext("levels['con' + 'structor']('x');"),
    inNext('levels.map.call(levels, (x) => x);'),
    inNext('class A extends levels.constructor {}'),
  ],
  clean: [
    inNext('const square = (x: number) => x * x; square(2);'),
    atTop('class A {} class B extends A {}'),
    inNext('const o = { run: () => 1 }; o.run();'),
  ],
};
