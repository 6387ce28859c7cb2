import type { Subject } from '../../javascript/subject.ts';
import { textOf } from '../../javascript/texts.ts';
import type { Syntax } from '../../javascript/tree.ts';
import type { Found } from '../../rule.ts';

const knownForms =
  /^(?:sk-[\w-]{16,}|(?:ghp|gho|ghs|github_pat)_\w{20,}|AKIA[0-9A-Z]{16}|xox[abprs]-[\w-]{10,}|AIza[\w-]{30,}|eyJ[\w-]{10,}\.eyJ[\w-]{10,}.*|0x[0-9a-fA-F]{64})$|-----BEGIN [A-Z ]*PRIVATE KEY-----/;
const secretName =
  /api_?-?key|secret|passw(?:or)?d|passphrase|private_?-?key|mnemonic|seed_?-?phrase|(?:access|auth|bearer)_?-?token|^token$|credential/i;

export function check({ tree, folder }: Subject, found: Found): void {
  for (const node of tree.nodes) {
    const text = textOf(node);
    if (text === undefined) continue;
    if (knownForms.test(text)) found(node, 'This text has the form of a key.');
    else if (looksRandom(text)) found(node, 'This text looks like a key: it is long and random.');
    else if (text.length >= 8 && !/\s/.test(text) && /\d/.test(text)) {
      const name = nameOf(node);
      if (name !== undefined && secretName.test(name))
        found(node, `${name} is given a text that looks like a secret.`);
    }
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
