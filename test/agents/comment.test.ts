import fc from 'fast-check';
import { expect, it } from 'vitest';
import { commentLines } from '../../extension/agents/code/comment.ts';

it('a comment is short lines of comment and nothing else, whatever text it is made of', () => {
  const line = /^\/\/ [\p{Script=Latin}\p{Script=Cyrillic}\p{N} .,;:!?%+\-()[\]<>=/$€'"]{1,100}$/u;
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 5000 }), (text) => {
      const lines = commentLines(text);
      expect(lines.filter((each) => !line.test(each))).toEqual([]);
      expect(lines.join('\n').length).toBeLessThan(700);
    }),
  );
});

it('a comment keeps words in their order', () => {
  expect(commentLines('buy at 5%,\nsell `later` */')).toEqual(['// buy at 5%, sell later /']);
});
