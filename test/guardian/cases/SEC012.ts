import { atTop } from '../corpus/build.ts';

export const javascript = {
  found: [
    atTop(`const table = '0b30557a9fc4e90e33587da2c7ec11360b30557a9fc4e90e33587da2c7ec11360b30557a9fc4e90e33587da2c7ec11360b30557a9fc4e90e33587da2c7ec1136';
const digit = (i: number) => parseInt(table.slice(i, i + 2), 16);`),
    atTop(`const table = '0b30557a9fc4e90e33587da2c7ec11360b30557a9fc4e90e33587da2c7ec11360b30557a9fc4e90e33587da2c7ec11360b30557a9fc4e90e33587da2c7ec1136';
const code = (i: number) => table.charCodeAt(i);`),
  ],
  clean: [
    atTop("const digit = parseInt('ff', 16);"),
    atTop(
      "const note = 'aaaa-bbbb-cccc-dddd-word-word-word-word-word-word-word-word-word-word-word-word-word-word-word-word-end';",
    ),
    atTop('const weights = [0.5, 0.25];'),
  ],
};
