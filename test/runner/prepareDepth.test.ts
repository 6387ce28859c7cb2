import { expect, it } from 'vitest';
import { prepareSource } from '../../sandbox/runner/prepare.ts';

// In a file, and so a process, of its own: Node's eraser of types does not work again after it broke down.
it('a source that nests too deep is refused, and the process lives on', () => {
  const deep = `const a = ${'('.repeat(200_000)};`;
  expect(prepareSource(deep)).toEqual({
    ok: false,
    message: 'the source nests too deep to be parsed',
    line: null,
    column: null,
  });
});
