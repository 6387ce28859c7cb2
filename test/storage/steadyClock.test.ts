import { describe, expect, test } from 'vitest';
import { recoveryMilliseconds } from '../../extension/contracts/tasks.ts';
import { SteadyClock } from '../../extension/storage/tasks/steadyClock.ts';

const { heartbeat, lease, scan } = recoveryMilliseconds;

function clocks() {
  const time = { clock: 1_700_000_000_000, uptime: 5000 };
  const steady = new SteadyClock(
    () => time.clock,
    () => time.uptime,
  );
  const pass = (milliseconds: number) => {
    time.clock += milliseconds;
    time.uptime += milliseconds;
    return steady.isSteady();
  };
  return { time, steady, pass };
}

test('a process that has just started does not know whether the machine has just woken up', () => {
  const { steady, pass } = clocks();
  expect(steady.isSteady()).toBe(false);
  expect(pass(heartbeat - 1)).toBe(false);
  expect(pass(1)).toBe(true);
});

describe.each([
  ['runs on in a sleep', (time: { uptime: number }, milliseconds: number) => (time.uptime += milliseconds)],
  ['stands still in a sleep', () => {}],
])('where the other clock %s', (_, sleep) => {
  test('no lease is over before each worker had the time for a heartbeat', () => {
    const { time, steady, pass } = clocks();
    pass(heartbeat);
    // The shortest sleep after which the lease of a worker that lives may be over.
    const asleep = lease - heartbeat + 1;
    time.clock += asleep;
    sleep(time, asleep);
    expect(steady.isSteady()).toBe(false);
    expect(pass(heartbeat - 1)).toBe(false);
    expect(pass(1)).toBe(true);
  });
});

test('looks that are late by less than a lease can bear are no sleep, and a scan later at the latest it is steady', () => {
  const { pass } = clocks();
  pass(heartbeat);
  expect(pass(lease - heartbeat)).toBe(true);
  expect(pass(scan)).toBe(true);
});
