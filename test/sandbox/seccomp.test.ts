import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { assemble } from '../../sandbox/seccomp/assembler.ts';
import { forbiddenCalls, judgedCalls, neededCalls } from '../../sandbox/seccomp/calls.ts';
import { nodeFilter } from '../../sandbox/seccomp/filter.ts';

const allowed = 0x7fff0000;
const killed = 0x80000000;
const forbidden = 0x0005000d;
const unknown = 0x00050026;

const machines = [
  { name: 'x64', audit: 0xc000003e, column: 0 },
  { name: 'arm64', audit: 0xc00000b7, column: 1 },
] as const;

/** A second, literal reading of a classic BPF program over one call, as Linux has it in net/core/filter.c. */
function judge(
  program: Uint8Array,
  call: { audit: number; number: number; args?: readonly number[] },
): number {
  const data = new DataView(new ArrayBuffer(64));
  data.setUint32(0, call.number, true);
  data.setUint32(4, call.audit, true);
  for (const [index, value] of (call.args ?? []).entries())
    data.setBigUint64(16 + 8 * index, BigInt(value), true);
  const view = new DataView(program.buffer, program.byteOffset, program.byteLength);
  let accumulator = 0;
  for (let at = 0; at < program.length / 8; at++) {
    const code = view.getUint16(at * 8, true);
    const [ifTrue, ifFalse] = [view.getUint8(at * 8 + 2), view.getUint8(at * 8 + 3)];
    const operand = view.getUint32(at * 8 + 4, true);
    if (code === 0x20) accumulator = data.getUint32(operand, true);
    else if (code === 0x06) return operand;
    else if (code === 0x15) at += accumulator === operand ? ifTrue : ifFalse;
    else if (code === 0x35) at += accumulator >= operand ? ifTrue : ifFalse;
    else if (code === 0x45) at += (accumulator & operand) !== 0 ? ifTrue : ifFalse;
    else throw new Error(`the kernel knows no instruction ${code} here`);
  }
  throw new Error('the program ends without a verdict');
}

/** Calls by which hostile code gets further, with their numbers on x64 and on arm64. */
const dangerous: readonly (readonly [name: string, x64: number, arm64: number])[] = [
  ['ptrace', 101, 117],
  ['mount', 165, 40],
  ['umount2', 166, 39],
  ['pivot_root', 155, 41],
  ['chroot', 161, 51],
  ['unshare', 272, 97],
  ['setns', 308, 268],
  ['clone3', 435, 435],
  ['bpf', 321, 280],
  ['perf_event_open', 298, 241],
  ['keyctl', 250, 219],
  ['add_key', 248, 217],
  ['request_key', 249, 218],
  ['userfaultfd', 323, 282],
  ['io_uring_setup', 425, 425],
  ['io_uring_enter', 426, 426],
  ['io_uring_register', 427, 427],
  ['init_module', 175, 105],
  ['finit_module', 313, 273],
  ['delete_module', 176, 106],
  ['kexec_load', 246, 104],
  ['kexec_file_load', 320, 294],
  ['process_vm_readv', 310, 270],
  ['process_vm_writev', 311, 271],
  ['open_by_handle_at', 304, 265],
  ['name_to_handle_at', 303, 264],
  ['kcmp', 312, 272],
  ['pidfd_open', 434, 434],
  ['pidfd_getfd', 438, 438],
  ['pidfd_send_signal', 424, 424],
  ['fsopen', 430, 430],
  ['fsmount', 432, 432],
  ['move_mount', 429, 429],
  ['open_tree', 428, 428],
  ['mount_setattr', 442, 442],
  ['socket', 41, 198],
  ['connect', 42, 203],
  ['sendmsg', 46, 211],
  ['recvmsg', 47, 212],
  ['kill', 62, 129],
  ['execveat', 322, 281],
  ['memfd_create', 319, 279],
  ['personality', 135, 92],
  ['setuid', 105, 146],
  ['capset', 126, 91],
  ['reboot', 169, 142],
  ['swapon', 167, 224],
  ['quotactl', 179, 60],
  ['acct', 163, 89],
  ['syslog', 103, 116],
  ['settimeofday', 164, 170],
  ['fanotify_init', 300, 262],
  ['seccomp', 317, 277],
];

for (const { name, audit, column } of machines) {
  describe(`the filter of calls on ${name}`, () => {
    const program = nodeFilter(name);
    const verdict = (number: number, args?: readonly number[]) =>
      judge(program, { audit, number, ...(args === undefined ? {} : { args }) });

    it('lets what Node needs through, and of all other numbers none', () => {
      const needed = new Set(Object.values(neededCalls).map((call) => call[column]));
      const refused = new Set(Object.values(forbiddenCalls).map((call) => call[column]));
      const judged = new Set<number>(Object.values(judgedCalls).map((call) => call[column]));
      for (let number = 0; number < 1024; number++) {
        if (judged.has(number)) continue;
        const wanted = needed.has(number as never)
          ? allowed
          : refused.has(number as never)
            ? forbidden
            : unknown;
        expect(verdict(number), `call ${number}`).toBe(wanted);
      }
    });

    it.each(dangerous)('refuses %s', (_name, x64, arm64) => {
      expect([forbidden, unknown]).toContain(verdict(column === 0 ? x64 : arm64));
    });

    it('lets a thread be made, and neither a process nor a namespace, whatever the other flags', () => {
      fc.assert(
        fc.property(fc.nat({ max: 0xffff_ffff }), (flags) => {
          const isThread = (flags & 0x10000) !== 0 && (flags & 0x7e020000) === 0;
          expect(verdict(judgedCalls.clone[column], [flags])).toBe(isThread ? allowed : forbidden);
        }),
      );
      // As glibc starts a thread, and a process.
      expect(verdict(judgedCalls.clone[column], [0x3d0f00])).toBe(allowed);
      expect(verdict(judgedCalls.clone[column], [0x1200011])).toBe(forbidden);
    });

    it('lets a stream be asked what a stream is asked, and no device anything else', () => {
      const [ioctl, prctl] = [judgedCalls.ioctl[column], judgedCalls.prctl[column]];
      expect(verdict(ioctl, [0, 0x5421])).toBe(allowed);
      // TIOCSTI puts letters into the terminal of the host.
      expect(verdict(ioctl, [0, 0x5412])).toBe(0x00050019);
      expect(verdict(prctl, [15])).toBe(allowed);
      const getsockopt = judgedCalls.getsockopt[column];
      expect(verdict(getsockopt, [0, 1, 3])).toBe(allowed);
      // SO_PEERPIDFD: a handle on the process of the host.
      expect([verdict(getsockopt, [0, 1, 77]), verdict(getsockopt, [0, 6, 3])]).toEqual([
        forbidden,
        forbidden,
      ]);
      // PR_SET_SECCOMP and PR_SET_PDEATHSIG.
      expect([verdict(prctl, [22]), verdict(prctl, [1])]).toEqual([forbidden, forbidden]);
    });

    it('ends a process that calls as another architecture, or by the other door of x64', () => {
      fc.assert(
        fc.property(fc.nat({ max: 0xffff_ffff }), fc.nat({ max: 500 }), (other, number) => {
          fc.pre(other !== audit);
          expect(judge(program, { audit: other, number })).toBe(killed);
        }),
      );
      if (name === 'x64') expect(verdict(0x4000_0000 + 1)).toBe(killed);
    });
  });
}

it('a filter that jumps out of itself is not assembled', () => {
  expect(() => assemble([{ test: 'equal', value: 1, skipIf: 3 }, { verdict: 0 }])).toThrow('jumps out');
});
