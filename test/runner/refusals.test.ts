import { describe, expect, it } from 'vitest';
import { runInSandbox } from '../../sandbox/session.ts';
import { quickjsBackend, runRequest } from '../sandbox/support.ts';
import { begin, market, packed, realmOf, sourceOf } from './support/realm.ts';

interface Refused {
  readonly total: number;
  readonly list: readonly { what: string; line: number | null; column: number | null; count: number }[];
}

function refusedIn(source: string, bars = 1): Refused {
  const realm = realmOf(source);
  realm.load();
  begin(realm);
  expect(realm.feed(packed(market, 0, bars))).toBeGreaterThanOrEqual(0);
  return { total: realm.refused(), list: JSON.parse(realm.refusals()) as Refused['list'] };
}

const quiet = (code: string) => `try { ${code} } catch {}`;

describe('what a strategy is refused is counted though it catches the error', () => {
  it.each([
    ['process', 'process.exit(0);', 'process'],
    ['a network', "fetch('http://example.com');", 'fetch'],
    ['eval', "eval('1');", 'eval'],
    ['a constructor of functions', "next.constructor('return 1')();", 'code from text'],
    ['the clock', 'Date.now();', 'the clock'],
    ['a date of now', 'Date();', 'the clock'],
    ['chance', 'Math.random();', 'Math.random'],
    ['the future', 'bars.close.ago(-1);', 'a bar of the future'],
    ['whether there is a process', 'if (typeof process === "object") log("yes");', 'process'],
  ])('%s', (_name, code, what) => {
    const source = sourceOf(quiet(code), 'function next() {}');
    const { total, list } = refusedIn(source, 3);
    expect(total).toBe(3);
    expect(list).toEqual([{ what, line: 7, column: expect.any(Number), count: 3 }]);
  });

  it('in setup and in the module as well, each at its line', () => {
    const source = sourceOf(quiet('performance.now();'), `${quiet('crypto;')}\n`);
    expect(refusedIn(source).list.map(({ what, line }) => [what, line])).toEqual([
      ['crypto', 2],
      ['performance', 8],
    ]);
  });

  it('a million times, in bounded memory and without a list of each', () => {
    const { total, list } = refusedIn(sourceOf(`for (let i = 0; i < 20_000; i++) ${quiet('process;')}`), 50);
    expect(total).toBe(1_000_000);
    expect(list).toHaveLength(1);
  });
});

it('an honest strategy is refused nothing', () => {
  const source = sourceOf(`
    const process = { env: 1 };
    const day = new Date(bar.time).getUTCDay();
    if (process.env && day >= 0 && Number.isFinite(bars.close.ago(3))) orders.buy({ units: random() + 1 });`);
  expect(refusedIn(source, 100)).toEqual({ total: 0, list: [] });
});

it('the host hears of it, cleaned, with the columns of the file', async () => {
  const source = sourceOf(quiet('process.exit(0);'));
  const { refusals } = await runInSandbox(runRequest(quickjsBackend(), source));
  const column = (source.split('\n')[6] ?? '').indexOf('process') + 1;
  expect(refusals.total).toBe(1000);
  expect(refusals.first).toMatchObject([{ what: 'process', line: 7, count: 1000 }]);
  expect(Math.abs((refusals.first[0]?.column ?? 0) - column)).toBeLessThanOrEqual(8);
});
