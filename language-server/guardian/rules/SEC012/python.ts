import type { PythonSubject } from '../../python/subject.ts';
import type { Syntax } from '../../python/syntax.ts';
import type { Found } from '../../rule.ts';

const decoders = new Set(['chr', 'ord', 'decode', 'fromhex', 'maketrans', 'translate', 'bytes', 'bytearray']);
const shortestEncoded = 80;

/** Long texts without a space in a file that decodes texts. */
export function check({ tree, folder }: PythonSubject, found: Found): void {
  const encoded: Syntax[] = [];
  let decodes = false;
  for (const node of tree.nodes) {
    if (node.type === 'Name' || node.type === 'Identifier') decodes ||= decoders.has(node.id);
    else if (node.type === 'Call' && node.callee.type === 'Name' && node.callee.id === 'int') {
      const radix = folder.number(node.args[1]?.value);
      decodes ||= radix !== undefined && radix !== 10;
    } else if (node.type === 'TextLiteral' && isEncoded(node.value ?? '')) encoded.push(node);
  }
  if (!decodes) return;
  for (const node of encoded) found(node, 'A long encoded text stands in a file that decodes texts.');
}

function isEncoded(text: string): boolean {
  return text.length >= shortestEncoded && /^[\w+/=\-.:,;|%\\]+$/.test(text);
}
