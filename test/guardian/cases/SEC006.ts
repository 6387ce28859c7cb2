import { atTop } from '../corpus/build.ts';

export const javascript = {
  found: [atTop('const pr\\u0069ce = 1;'), atTop('const pаrams = 1;'), atTop("const s = 'a‮b';")],
  clean: [atTop('const цена = 1;'), atTop('const σ = 1;'), atTop("const s = 'Привет';")],
};
