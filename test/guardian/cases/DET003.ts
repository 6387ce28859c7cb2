import { inNext } from '../corpus/build.ts';

export const javascript = {
  found: [
    inNext('new Date(bar.time).getHours();'),
    inNext("'a'.localeCompare('b');"),
    inNext('new Date(2020, 1, 1);'),
    inNext("Date.parse('2020');"),
  ],
  clean: [
    inNext('new Date(bar.time).getUTCHours();'),
    inNext("'a' < 'b';"),
    inNext("const own = { parse: (x: string) => x }; own.parse('1');"),
  ],
};
