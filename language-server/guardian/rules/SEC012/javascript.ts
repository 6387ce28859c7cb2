import type { Subject } from '../../javascript/subject.ts';
import { textOf } from '../../javascript/texts.ts';
import type { Syntax } from '../../javascript/tree.ts';
import type { Found } from '../../rule.ts';

const decoders =
  /^(?:atob|unescape|decodeURI|decodeURIComponent|TextDecoder|fromCharCode|fromCodePoint|charCodeAt|codePointAt|fromBase64|fromHex)$/;
const shortestEncoded = 80;

/** Long texts without a space in a file that decodes texts. */
export function check({ tree, folder }: Subject, found: Found): void {
  const encoded: Syntax[] = [];
  let decodes = false;
  for (const node of tree.nodes) {
    if (node.type === 'Identifier') decodes ||= decoders.test(node.name);
    else if (node.type === 'CallExpression')
      decodes ||= isRadixParse(node.arguments[1] && folder.number(node.arguments[1]));
    const text = textOf(node);
    if (text !== undefined && text.length >= shortestEncoded && /^[\w+/=\-.:,;|%\\]+$/.test(text))
      encoded.push(node);
  }
  if (!decodes) return;
  for (const node of encoded) found(node, 'A long encoded text stands in a file that decodes texts.');
}

function isRadixParse(radix: number | undefined): boolean {
  return radix !== undefined && [2, 8, 16, 36].includes(radix);
}
