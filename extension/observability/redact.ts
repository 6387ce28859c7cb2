/** Names whose values are never written down, in `name: value`, `name=value` and `"name":"value"`. */
const secretName =
  /((?:api[-_]?key|secret|token|passw(?:or)?d|passphrase|private[-_]?key|authorization|cookie)[\w-]*\\?["']?\s*[:=]\s*)(?:"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|\\?["']?(?:(?:bearer|basic|token)\s+)?[^\s"',;&)}\]\\]+)/gi;

/** Forms of secrets that are known by themselves. */
const secretForms = [
  /\b(?:Bearer|Basic)\s+[A-Za-z0-9._~+/=-]{8,}/g,
  /\b(?:sk|pk|rk)[-_](?:live|test|ant|proj)?[-_A-Za-z0-9]{16,}/g,
  /\bgh[pousr]_[A-Za-z0-9]{20,}/g,
  /\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]*/g,
  /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g,
  /(?<=\/bot\d+:)[\w-]+/g,
  /(?<=:\/\/[^\s/:@]+:)[^\s/@]+(?=@)/g,
];

/** `text` with what looks like a secret replaced by `***`. Too much is replaced rather than too little. */
export function redact(text: string): string {
  const named = text.replace(secretName, '$1***');
  return secretForms.reduce((result, form) => result.replace(form, '***'), named);
}
