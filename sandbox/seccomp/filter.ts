import {
  allow,
  architecture,
  argument,
  assemble,
  callNumber,
  failWith,
  type Instruction,
  killProcess,
} from './assembler.ts';
import { forbiddenCalls, judgedCalls, neededCalls } from './calls.ts';

/** AUDIT_ARCH_* of the kernel, and the place of an architecture's numbers in the tables. */
const architectures = {
  x64: { audit: 0xc000_003e, column: 0 },
  arm64: { audit: 0xc000_00b7, column: 1 },
} as const;
export type FilterArchitecture = keyof typeof architectures;

/** Numbers from here on are x32's, a second way into the x64 kernel. */
const x32Bit = 0x4000_0000;

const forbidden = failWith(13); // EACCES
const unknown = failWith(38); // ENOSYS
const notATerminal = failWith(25); // ENOTTY

const cloneThread = 0x0001_0000;
/** CLONE_NEWNS, NEWCGROUP, NEWUTS, NEWIPC, NEWUSER, NEWPID and NEWNET. */
const cloneNamespaces = 0x7e02_0000;

/** FIONBIO, FIOCLEX, FIONREAD, TCGETS and TIOCGWINSZ: what libuv asks of its streams. */
const streamRequests = [0x5421, 0x5451, 0x541b, 0x5401, 0x5413];
/** PR_SET_NAME, PR_GET_NAME and PR_SET_VMA: names of threads and of memory. */
const nameRequests = [15, 16, 0x5356_4d41];

/** SOL_SOCKET and SO_TYPE: what kind of stream it is. Other options lead to the process at its other end. */
const socketLevel = 1;
const socketType = 3;

export function isFilterArchitecture(name: string): name is FilterArchitecture {
  return Object.hasOwn(architectures, name);
}

/**
 * A seccomp program that lets a Node process work with the files it sees, its threads and its pipes, and nothing
 * else: no sockets, no second process, no namespaces, no mounts, no tracing, no signals to others, no io_uring, BPF,
 * keys or modules. Calls of another architecture end the process; what is not on the list does not exist, and so
 * glibc falls back from clone3, whose flags no filter can see, to clone.
 */
export function nodeFilter(name: FilterArchitecture): Uint8Array {
  const { audit, column } = architectures[name];
  const numbers = (calls: Readonly<Record<string, readonly [number | null, number | null]>>): number[] =>
    Object.values(calls).flatMap((call) => call[column] ?? []);
  const { clone, ioctl, prctl, getsockopt } = judgedCalls;
  return assemble([
    { load: architecture },
    { test: 'equal', value: audit, skipIf: 1 },
    { verdict: killProcess },
    { load: callNumber },
    ...(name === 'x64' ? x32Refusal : []),
    ...rangesOf(numbers(neededCalls)).flatMap(([first, last]) => inRange(first, last, allow)),
    ...rangesOf(numbers(forbiddenCalls)).flatMap(([first, last]) => inRange(first, last, forbidden)),
    ...judge(clone[column], [
      { load: argument(0) },
      { test: 'anyBit', value: cloneNamespaces, skipIf: 2 },
      { test: 'anyBit', value: cloneThread, skipElse: 1 },
      { verdict: allow },
      { verdict: forbidden },
    ]),
    ...judge(ioctl[column], oneOf(argument(1), streamRequests, notATerminal)),
    ...judge(prctl[column], oneOf(argument(0), nameRequests, forbidden)),
    ...judge(getsockopt[column], [
      { load: argument(1) },
      { test: 'equal', value: socketLevel, skipElse: 3 },
      { load: argument(2) },
      { test: 'equal', value: socketType, skipElse: 1 },
      { verdict: allow },
      { verdict: forbidden },
    ]),
    { verdict: unknown },
  ]);
}

const x32Refusal: readonly Instruction[] = [
  { test: 'atLeast', value: x32Bit, skipElse: 1 },
  { verdict: killProcess },
];

/** `rules` for the call of this number; they must end in a verdict. */
function judge(number: number, rules: readonly Instruction[]): Instruction[] {
  return [{ test: 'equal', value: number, skipElse: rules.length }, ...rules];
}

function oneOf(argumentOffset: number, values: readonly number[], otherwise: number): Instruction[] {
  return [
    { load: argumentOffset },
    ...values.flatMap((value): Instruction[] => [{ test: 'equal', value, skipElse: 1 }, { verdict: allow }]),
    { verdict: otherwise },
  ];
}

function inRange(first: number, last: number, verdict: number): Instruction[] {
  if (first === last) return [{ test: 'equal', value: first, skipElse: 1 }, { verdict }];
  return [
    { test: 'atLeast', value: first, skipElse: 2 },
    { test: 'atLeast', value: last + 1, skipIf: 1 },
    { verdict },
  ];
}

/** Runs of numbers without a gap, in their order. */
function rangesOf(numbers: readonly number[]): [first: number, last: number][] {
  const ranges: [number, number][] = [];
  for (const number of numbers.toSorted((a, b) => a - b)) {
    const range = ranges.at(-1);
    if (range !== undefined && range[1] >= number - 1) range[1] = number;
    else ranges.push([number, number]);
  }
  return ranges;
}
