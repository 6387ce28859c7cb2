import { atTop } from '../corpus/build.ts';

export const javascript = {
  found: [
    atTop('enum Side { Long }'),
    atTop('namespace N { export const a = 1; }'),
    atTop('class A { constructor(private a: number) {} }'),
    atTop('const a = <number>1;'),
  ],
  clean: [
    atTop('type Side = 1 | -1;'),
    atTop('const sides = { long: 1 } as const;'),
    atTop('class A { a: number; constructor(a: number) { this.a = a; } }'),
  ],
};
