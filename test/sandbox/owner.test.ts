import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { currentOwner, isOrphan, labelsOf } from '../../sandbox/owner.ts';
import { newOwner } from './support.ts';

const run = promisify(execFile);

describe('the owner of a container', () => {
  const owner = newOwner();
  const labels = labelsOf(owner);

  it('keeps what is its own and what belongs to a process that lives', () => {
    expect(isOrphan(labels, owner)).toBe(false);
    expect(isOrphan(labels, currentOwner('another-session'))).toBe(false);
    expect(isOrphan({}, owner)).toBe(false);
  });

  it('has lost it when the process has ended or its number belongs to another one', async () => {
    const { stdout } = await run(process.execPath, ['-p', 'process.pid']);
    const dead = { ...labels, 'strategy-lab.session': 'dead', 'strategy-lab.owner-pid': stdout.trim() };
    expect(isOrphan(dead, owner)).toBe(true);
    const reused = { ...labels, 'strategy-lab.session': 'dead', 'strategy-lab.owner-started': '1' };
    expect(isOrphan(reused, owner)).toBe(true);
  });

  it('leaves what belongs to another machine alone', () => {
    const elsewhere = { ...labels, 'strategy-lab.session': 'x', 'strategy-lab.machine': 'elsewhere' };
    expect(isOrphan({ ...elsewhere, 'strategy-lab.owner-pid': '999999' }, owner)).toBe(false);
  });
});
