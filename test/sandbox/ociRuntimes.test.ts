import { describe, expect, it } from 'vitest';
import { claimedLevel, foundLevel, processLimit, runtimeNote } from '../../sandbox/ociRuntimes.ts';

const outside = '6.18.44';
const host = { inside: '6.18.44 #1 SMP', outside };
const gvisor = { inside: '4.4.0 #1 SMP Sun Jan 10 15:06:54 PST 2016', outside };
const machine = { inside: '6.1.62 #1 SMP', outside };

describe('the level of a runtime', () => {
  it.each(['runsc', 'runsc-ptrace', 'runsc-systrap', 'gvisor', 'io.containerd.runsc.v1'])(
    'named %s is that of gVisor where a kernel of its own is seen inside, and of a container where the host shows',
    (name) => {
      expect(claimedLevel(name)).toBe('gvisor');
      expect(foundLevel(name, gvisor)).toBe('gvisor');
      expect(foundLevel(name, host)).toBe('container');
      expect(runtimeNote(name, host)).toContain('shows the kernel of its host');
      expect(runtimeNote(name, gvisor)).toBe(null);
    },
  );

  it.each(['kata', 'kata-runtime', 'kata-fc', 'io.containerd.kata.v2'])(
    'named %s is a container, and unverified, whatever kernel it shows',
    (name) => {
      expect(foundLevel(name, machine)).toBe('container');
      expect(runtimeNote(name, machine)).toContain('unverified');
    },
  );

  it('of another name goes by the kernel alone', () => {
    expect(foundLevel('mine', gvisor)).toBe('gvisor');
    expect(foundLevel('mine', host)).toBe('container');
    expect(foundLevel('mine', machine)).toBe('container');
    expect(runtimeNote('mine', machine)).toContain('unverified');
    expect(runtimeNote('mine', host)).toBe(null);
  });

  it('is no better than a container where the kernel was not told', () => {
    expect(foundLevel('runsc', { inside: null, outside })).toBe('container');
    expect(foundLevel('runsc', { inside: gvisor.inside, outside: undefined })).toBe('container');
  });
});

it('a limit of processes leaves room for the threads of what is no plain container runtime', () => {
  expect(['runc', 'crun', 'runsc', 'kata'].map((name) => processLimit(name, 64))).toEqual([64, 64, 256, 256]);
  expect(processLimit('runsc', 1000)).toBe(1000);
});
