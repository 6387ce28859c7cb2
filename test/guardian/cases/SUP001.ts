import { inNext } from '../corpus/build.ts';

export const javascript = {
  found: [
    inNext(`// guardian-ignore RES005
    log("bar");`),
    inNext(`// guardian-ignore SEC001: because I say so
    log(1);`),
    inNext('// guardian-ignore RES005: nothing here'),
  ],
  clean: [inNext('// guardian ignores nothing here'), inNext('// RES005 is about logs')],
};
