import type { Subject } from '../subject.ts';
import type { Syntax } from '../tree.ts';

const knownForms =
  /^(?:sk-[\w-]{16,}|(?:ghp|gho|ghs|github_pat)_\w{20,}|AKIA[0-9A-Z]{16}|xox[abprs]-[\w-]{10,}|AIza[\w-]{30,}|eyJ[\w-]{10,}\.eyJ[\w-]{10,}.*|0x[0-9a-fA-F]{64})$|-----BEGIN [A-Z ]*PRIVATE KEY-----/;
const secretName =
  /api_?-?key|secret|passw(?:or)?d|passphrase|private_?-?key|mnemonic|seed_?-?phrase|(?:access|auth|bearer)_?-?token|^token$|credential/i;
const decoders =
  /^(?:atob|unescape|decodeURI|decodeURIComponent|TextDecoder|fromCharCode|fromCodePoint|charCodeAt|codePointAt|fromBase64|fromHex)$/;
const shortestEncoded = 80;

/** SEC010 and SEC012: secrets, and long texts beside what decodes them. */
export function checkSecrets({ tree, folder, report }: Subject): void {
  const encoded: Syntax[] = [];
  let decodes = false;
  for (const node of tree.nodes) {
    if (node.type === 'Identifier') decodes ||= decoders.test(node.name);
    else if (node.type === 'CallExpression')
      decodes ||= isRadixParse(node.arguments[1] && folder.number(node.arguments[1]));
    const text =
      node.type === 'Literal' && typeof node.value === 'string'
        ? node.value
        : node.type === 'TemplateElement'
          ? (node.value.cooked ?? '')
          : undefined;
    if (text === undefined) continue;
    if (text.length >= shortestEncoded && /^[\w+/=\-.:,;|%\\]+$/.test(text)) encoded.push(node);
    if (knownForms.test(text)) report.add('SEC010', node, 'This text has the form of a key.');
    else if (looksRandom(text))
      report.add('SEC010', node, 'This text looks like a key: it is long and random.');
    else if (text.length >= 8 && !/\s/.test(text) && /\d/.test(text)) {
      const name = nameOf(node);
      if (name !== undefined && secretName.test(name))
        report.add('SEC010', node, `${name} is given a text that looks like a secret.`);
    }
  }
  if (!decodes) return;
  for (const node of encoded) {
    report.add('SEC012', node, 'A long encoded text stands in a file that decodes texts.');
  }

  function nameOf(node: Syntax): string | undefined {
    const parent = tree.parent(node);
    if (parent?.type === 'VariableDeclarator' && parent.id.type === 'Identifier') return parent.id.name;
    if (parent?.type === 'Property' || parent?.type === 'PropertyDefinition') return folder.key(parent);
    if (parent?.type !== 'AssignmentExpression') return undefined;
    if (parent.left.type === 'Identifier') return parent.left.name;
    return parent.left.type === 'MemberExpression' ? folder.key(parent.left) : undefined;
  }
}

function isRadixParse(radix: number | undefined): boolean {
  return radix !== undefined && [2, 8, 16, 36].includes(radix);
}

/** Long texts of digits and letters mixed without a word in them; see Shannon's entropy, in bits a character. */
function looksRandom(text: string): boolean {
  if (text.length < 24 || !/^[A-Za-z0-9+/=_-]+$/.test(text)) return false;
  const isHex = /^[0-9a-f]+$/i.test(text);
  if (isHex ? text.length < 32 : !(/[a-z]/.test(text) && /[A-Z]/.test(text) && /\d/.test(text))) return false;
  const counts = new Map<string, number>();
  for (const letter of text) counts.set(letter, (counts.get(letter) ?? 0) + 1);
  let entropy = 0;
  for (const count of counts.values()) entropy -= (count / text.length) * Math.log2(count / text.length);
  return entropy >= (isHex ? 3 : 3.8);
}
