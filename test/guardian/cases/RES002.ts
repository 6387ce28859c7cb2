import { inNext } from '../corpus/build.ts';

export const javascript = {
  found: [
    inNext("/(a+)+$/.test('a');"),
    inNext("/(a|a)*$/.test('a');"),
    inNext("new RegExp(`a#{bar.index}`).test('a');"),
  ],
  clean: [
    inNext("/^[^,]*,[^,]*$/.test('a');"),
    inNext("/(foo|bar)+/.test('a');"),
    inNext("new RegExp('a+').test('a');"),
  ],
};
