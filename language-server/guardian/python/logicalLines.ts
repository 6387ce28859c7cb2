/** A word, text, number or sign of a source. Comments and spaces are none. */
export interface Token {
  readonly kind: 'name' | 'text' | 'number' | 'sign';
  readonly text: string;
  readonly start: number;
  readonly end: number;
  /** Brackets that are open around it; a bracket stands outside of its own pair. */
  readonly depth: number;
}

const tokenForm =
  /[ \t\f]+|\\\r?\n|#[^\n]*|[rbuf]{0,2}(?:"""|'''|"|')|[\p{ID_Start}_][\p{ID_Continue}]*|\.?\d(?:[\w.]|(?<=[eE])[+-])*|[\s\S]/giuy;
const textStart = /^[rbuf]{0,2}("""|'''|"|')$/i;

/**
 * The logical lines of a source of Python, each as its tokens. What it says is only as right as the source is:
 * whoever asks must not lean on it for what is safe.
 */
export function logicalLines(source: string): Token[][] {
  const lines: Token[][] = [];
  let line: Token[] = [];
  let depth = 0;
  let at = 0;
  while (at < source.length) {
    tokenForm.lastIndex = at;
    const written = tokenForm.exec(source)?.[0] ?? source.slice(at, at + 1);
    const start = at;
    at += written.length;
    if (written === '\n') {
      if (depth > 0) continue;
      if (line.length > 0) lines.push(line);
      line = [];
      continue;
    }
    if (/^[\s\\#]/.test(written)) continue;
    const quote = textStart.exec(written)?.[1];
    if (quote !== undefined) at = endOfText(source, at, quote);
    const text = source.slice(start, at);
    if (')]}'.includes(written)) depth = Math.max(0, depth - 1);
    line.push({ kind: kindOf(written, quote), text, start, end: at, depth });
    if ('([{'.includes(written)) depth += 1;
  }
  if (line.length > 0) lines.push(line);
  return lines;
}

function kindOf(written: string, quote: string | undefined): Token['kind'] {
  if (quote !== undefined) return 'text';
  if (/^[\p{ID_Start}_]/u.test(written)) return 'name';
  return /^\.?\d/.test(written) ? 'number' : 'sign';
}

function endOfText(source: string, from: number, quote: string): number {
  for (let at = from; at < source.length; at += 1) {
    if (source.startsWith(quote, at)) return at + quote.length;
    if (source[at] === '\\') at += 1;
    else if (source[at] === '\n' && quote.length === 1) return at;
  }
  return source.length;
}
