/** One line of a trace: a call that begins, or what came of it. */
export interface TraceLine {
  readonly kind: 'enter' | 'exit';
  readonly process: number;
  readonly thread: number;
  /** Name of the system call. */
  readonly call: string;
  /** All behind its opening bracket, as gVisor wrote it. Paths and texts in it are the sandbox's own. */
  readonly rest: string;
}

const place = /^[A-Z]\d{4} [\d:.]{8,20} +\d+ strace\.go:\d+\] \[([\d:() ]{1,60})\] /;
/** Bytes of a task's name in Linux, without the one that ends it. */
const longestName = 15;
const callAt = / ([EX]) ([a-z_0-9]{1,40})\(/y;

/**
 * A line of gVisor's log as a call; null for any other line. A thread names itself, and may take a name that
 * reads as a call: the call is the last that can begin behind so short a name.
 */
export function parseTraceLine(line: string): TraceLine | null {
  const head = place.exec(line);
  if (head === null) return null;
  const [process = 0, thread = process] = (head[1] ?? '')
    .split(':')
    .map((part) => Number.parseInt(part.trim(), 10))
    .filter((id) => !Number.isNaN(id));
  const named = line.slice(head[0].length);
  for (let at = longestName; at >= 0; at--) {
    callAt.lastIndex = at;
    const found = callAt.exec(named);
    if (found === null) continue;
    const [, kind, call = ''] = found;
    const rest = named.slice(callAt.lastIndex);
    return { kind: kind === 'E' ? 'enter' : 'exit', process, thread, call, rest };
  }
  return null;
}

/** True for the beginning of any entry of the log; what begins otherwise goes on with the entry before it. */
export function beginsEntry(line: string): boolean {
  return /^[A-Z]\d{4} \d\d:\d\d:\d\d\./.test(line);
}

const outcome = /\) = -?\d+ \(0x[0-9a-f]+\)(?: errno=(\d+) \([^()]*\))? \([\d.]+\S{1,2}\)$/;
/** Interrupted, in progress, and the kernel's own signs that a call is to be made once more. */
const noRefusals = new Set([4, 115, 512, 513, 514, 516]);

/** True for the end of a call that was refused. */
export function wasRefused({ kind, rest }: TraceLine): boolean {
  const number = kind === 'exit' ? outcome.exec(rest)?.[1] : undefined;
  return number !== undefined && !noRefusals.has(Number(number));
}
