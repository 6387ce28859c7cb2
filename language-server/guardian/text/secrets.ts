const knownForms =
  /^(?:sk-[\w-]{16,}|(?:ghp|gho|ghs|github_pat)_\w{20,}|AKIA[0-9A-Z]{16}|xox[abprs]-[\w-]{10,}|AIza[\w-]{30,}|eyJ[\w-]{10,}\.eyJ[\w-]{10,}.*|0x[0-9a-fA-F]{64})$|-----BEGIN [A-Z ]*PRIVATE KEY-----/;
const secretName =
  /api_?-?key|secret|passw(?:or)?d|passphrase|private_?-?key|mnemonic|seed_?-?phrase|(?:access|auth|bearer)_?-?token|^token$|credential/i;

/** Why a text looks like a secret; nothing where it does not. `name` is what it is given to. */
export function secretIn(text: string, name: () => string | undefined): string | undefined {
  if (knownForms.test(text)) return 'This text has the form of a key.';
  if (looksRandom(text)) return 'This text looks like a key: it is long and random.';
  if (text.length < 8 || /\s/.test(text) || !/\d/.test(text)) return undefined;
  const given = name();
  return given !== undefined && secretName.test(given)
    ? `${given} is given a text that looks like a secret.`
    : undefined;
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
