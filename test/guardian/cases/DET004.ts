import { atTop } from '../corpus/build.ts';

export const javascript = {
  found: [
    atTop('let n = 0; function f() { n++; }'),
    atTop('const a: number[] = []; function f() { a.push(1); }'),
    atTop('const o = { n: 0 }; const f = () => { o.n = 1; };'),
  ],
  clean: [
    atTop('let n = 0; n += 1;'),
    atTop('const a = [1]; const f = () => a.map((x) => x + 1);'),
    atTop('function make() { let n = 0; return () => { n += 1; return n; }; }'),
  ],
};
