const longest = 600;
const width = 100;

/** Signs that may stand in a comment beside letters, digits and spaces. */
const disallowed = /[^\p{Script=Latin}\p{Script=Cyrillic}\p{N} .,;:!?%+\-()[\]<>=/$€'"]/gu;

/**
 * Text as lines of a `//` comment, at most 600 characters: one line of source for each, whatever the text
 * holds, for all but letters, digits and plain punctuation becomes a space.
 */
export function commentLines(text: string): string[] {
  const plain = text.replace(disallowed, ' ').replace(/\s+/gu, ' ').trim();
  const bounded = plain.length > longest ? `${plain.slice(0, longest - 3).trimEnd()}...` : plain;
  const lines: string[] = [];
  let line = '';
  for (const word of bounded.split(' ').flatMap((part) => part.match(/.{1,90}/gu) ?? [])) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = '';
    }
    line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line].filter((part) => part !== '').map((part) => `// ${part}`);
}
