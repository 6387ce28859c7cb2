import { atTop } from '../corpus/build.ts';

export const javascript = {
  found: ['const level = ;', 'export default {', atTop('const = 3;')],
  clean: [atTop('const level = 1;'), atTop('const level = 1 satisfies number;')],
};
