/**
 * An assembler for the classic BPF of seccomp (Linux, Documentation/userspace-api/seccomp_filter.rst): programs of
 * loads, comparisons and returns over the data of one call.
 */

const loadWord = 0x20; // BPF_LD | BPF_W | BPF_ABS
const jumpEqual = 0x15; // BPF_JMP | BPF_JEQ | BPF_K
const jumpAtLeast = 0x35; // BPF_JMP | BPF_JGE | BPF_K
const jumpSet = 0x45; // BPF_JMP | BPF_JSET | BPF_K
const returnValue = 0x06; // BPF_RET | BPF_K
const instructionBytes = 8;
/** The kernel takes no longer program (BPF_MAXINSNS). */
const mostInstructions = 4096;

/** Offsets in `struct seccomp_data`. */
export const callNumber = 0;
export const architecture = 4;
/** Offset of the low 32 bits of an argument, on little-endian machines. */
export function argument(index: number): number {
  return 16 + 8 * index;
}
/** Offset of the high 32 bits. */
export function argumentHigh(index: number): number {
  return argument(index) + 4;
}

/** What becomes of a call (SECCOMP_RET_*). */
export const killProcess = 0x8000_0000;
export const allow = 0x7fff_0000;
export function failWith(errno: number): number {
  return 0x0005_0000 | errno;
}

export type Instruction =
  | { readonly load: number }
  | { readonly verdict: number }
  /** Skips the next instructions, as many as given, where the comparison holds or does not. */
  | {
      readonly test: 'equal' | 'atLeast' | 'anyBit';
      readonly value: number;
      readonly skipIf?: number;
      readonly skipElse?: number;
    };

const tests = { equal: jumpEqual, atLeast: jumpAtLeast, anyBit: jumpSet } as const;

/** The program as the kernel reads it: u16 code, u8 and u8 jumps, u32 operand. */
export function assemble(program: readonly Instruction[]): Uint8Array {
  if (program.length > mostInstructions) throw new RangeError('the filter is too long for the kernel');
  const bytes = new Uint8Array(program.length * instructionBytes);
  const view = new DataView(bytes.buffer);
  program.forEach((instruction, index) => {
    const [code, ifTrue, ifFalse, operand] = partsOf(instruction);
    for (const skip of [ifTrue, ifFalse]) {
      if (skip < 0 || skip > 255 || index + 1 + skip > program.length - (code === returnValue ? 0 : 1)) {
        throw new RangeError(`instruction ${index} of the filter jumps out of it`);
      }
    }
    const offset = index * instructionBytes;
    view.setUint16(offset, code, true);
    view.setUint8(offset + 2, ifTrue);
    view.setUint8(offset + 3, ifFalse);
    view.setUint32(offset + 4, operand >>> 0, true);
  });
  return bytes;
}

function partsOf(instruction: Instruction): [code: number, ifTrue: number, ifFalse: number, operand: number] {
  if ('load' in instruction) return [loadWord, 0, 0, instruction.load];
  if ('verdict' in instruction) return [returnValue, 0, 0, instruction.verdict];
  const { test, value, skipIf = 0, skipElse = 0 } = instruction;
  return [tests[test], skipIf, skipElse, value];
}
