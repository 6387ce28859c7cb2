import { atTop } from '../corpus/build.ts';
import { inPythonNext } from '../corpus/buildPython.ts';

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

export const python = {
  found: [
    inPythonNext(`codes = '${'1a2b.'.repeat(20)}'\nx = [chr(1) for c in codes]`),
    inPythonNext(`codes = '${'1a2b.'.repeat(20)}'\nx = int(codes, 16)`),
  ],
  clean: [inPythonNext(`codes = '${'1a2b.'.repeat(20)}'`), inPythonNext('x = chr(65)')],
};
