import { appendFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Answer, call, crossing, newFolder, writeMarket, writeStrategy } from './program.ts';

let folder: Awaited<ReturnType<typeof newFolder>>;
let strategy: string;
let run: string;
beforeAll(async () => {
  folder = await newFolder();
  const market = await writeMarket(folder.path);
  strategy = await writeStrategy(folder.path, 'cross', crossing);
  const answer = await lab('backtest', strategy, '--data', market, '--param', 'fast=12', '--json');
  expect(answer.code, answer.stderr).toBe(0);
  run = documentOf<{ run: string }>(answer).run;
});
afterAll(() => folder.remove());

function lab(...args: string[]): Promise<Answer> {
  return call(args, { folder: folder.path });
}

function documentOf<T>({ stdout }: Answer): T {
  return JSON.parse(stdout) as T;
}

describe('a backtest of the command line', () => {
  test('is a run that waits for its review, with its own report', async () => {
    const shown = documentOf<{ state: string; report: string; strategyFile: string }>(
      await lab('show', run, '--json'),
    );
    expect(shown.state).toBe('waiting-for-review');
    expect(shown.strategyFile).toBe(strategy);
    expect(shown.report).toContain(run);
  });

  test('that fails says why, and its run is there with the reason', async () => {
    const broken = await writeStrategy(
      folder.path,
      'broken',
      "if (bar.index === 99) throw new Error('no luck');",
    );
    const market = join(folder.path, 'MARKET_TESTUSD_1h.csv');
    const answer = await lab('backtest', broken, '--data', market, '--json');
    expect(answer.code).toBe(1);
    expect(documentOf(answer)).toMatchObject({
      error: { reason: 'strategy.threw', message: expect.stringContaining('no luck'), place: { bar: 99 } },
    });
    const { runs } = documentOf<{ runs: { id: string; state: string }[] }>(await lab('status', '--json'));
    expect(runs[0]).toMatchObject({ state: 'failed' });
  });
});

describe('replay', () => {
  test('runs again and finds every byte the same', async () => {
    const answer = await lab('replay', run, '--json');
    expect(answer.code, answer.stderr).toBe(0);
    expect(documentOf(answer)).toMatchObject({ run, mode: 'fast', isIdentical: true, difference: null });
    const text = await lab('replay', run);
    expect(text.stdout).toMatch(/identical\. All [\d,]+ bytes/);
  });

  test('step by step shows a bar for each Enter, and goes on to what came to pass', async () => {
    const answer = await call(['replay', run, '--mode', 'step', '--from', '2022-01-03'], {
      folder: folder.path,
      input: '\n\nwhat\ne\nq\n',
    });
    expect(answer.code, answer.stderr).toBe(0);
    const bars = answer.stdout.split('\n').filter((line) => /^\d{4}-/.test(line));
    expect(bars.slice(0, 3).map((line) => line.slice(0, 16))).toEqual([
      '2022-01-03 00:00',
      '2022-01-03 01:00',
      '2022-01-03 02:00',
    ]);
    expect(bars).toHaveLength(4);
    expect(answer.stdout).toMatch(/^ {4}(buy|sell) .* of trade \d+/m);
    expect(answer.stderr).toContain('Enter: the next bar');
  });

  test('in real time shows the bars of a range and what came to pass, as a document too', async () => {
    const args = [
      'replay',
      run,
      '--mode',
      'real-time',
      '--speed',
      '1e9',
      '--from',
      '2022-01-05',
      '--to',
      '2022-01-09',
    ];
    const answer = await lab(...args, '--json');
    expect(answer.code, answer.stderr).toBe(0);
    const { bars, events, last } = documentOf<{
      bars: number;
      events: { fills: { reason: string }[] }[];
      last: { time: number };
    }>(answer);
    expect(bars).toBe(5 * 24);
    expect(events.flatMap(({ fills }) => fills).length).toBeGreaterThan(0);
    expect(last.time).toBe(Date.UTC(2022, 0, 9, 23));
    const text = await lab(...args);
    expect(text.stdout.split('\n').filter((line) => /^\d{4}-/.test(line))).toHaveLength(bars);
    expect(text.stderr).toContain('A bar of 1h comes every');
  });

  test.each([
    [['--mode', 'slow'], /--mode/],
    [['--speed', '10'], /real-time/],
    [['--mode', 'real-time', '--speed', '0'], /above 0/],
    [['--from', '2022-01-03'], /compared whole/],
  ])('refuses %j with what to do', async (options, words) => {
    const answer = await lab('replay', run, ...options, '--json');
    expect(answer.code).toBe(1);
    const { error } = documentOf<{ error: { reason: string; message: string; action: string } }>(answer);
    expect(error.reason).toBe('usage');
    expect(error.message).toMatch(words);
    expect(error.action).toMatch(/\w/);
  });

  test.each(['replay', 'verify'])('%s knows no run that is not there', async (verb) => {
    const answer = await lab(verb, 'nothing', '--json');
    expect(answer.code).toBe(1);
    expect(documentOf(answer)).toMatchObject({ error: { reason: 'not-found' } });
  });
});

describe('verify', () => {
  interface Verified {
    isSame: boolean;
    notes: string[];
    inputs: { input: string; state: string; file: string | null }[];
  }

  test('succeeds while all that the run depends on is what it was, notes the files that it came from, and fails naming what has changed', async () => {
    const before = await lab('verify', run);
    expect(before.code, before.stdout).toBe(0);
    expect(before.stdout).toContain('nothing that it depends on is known to have changed');
    expect(before.stdout).toMatch(/^file of candles: MARKET_TESTUSD_1h\.csv .* same$/m);

    await appendFile(strategy, '\n// later\n');
    await appendFile(join(folder.path, 'MARKET_TESTUSD_1h.csv'), '\n');
    const edited = await lab('verify', run);
    expect(edited.code, edited.stdout).toBe(0);
    expect(edited.stdout).toContain(`of the strategy; the file at ${strategy} has changed since.`);
    expect(edited.stdout).toMatch(/of the candles; the file at .*MARKET_TESTUSD_1h\.csv has changed since\./);

    await rm(join(folder.path, '.strategy-lab', 'data'), { recursive: true });
    const after = await lab('verify', run);
    expect(after.code).toBe(1);
    expect(after.stdout).toMatch(/^candles .* no longer in the lab +missing$/m);
    expect(after.stdout).toContain(`Run ${run}: candles missing.`);
    const { inputs, isSame, notes } = documentOf<Verified>(await lab('verify', run, '--json'));
    expect(isSame).toBe(false);
    expect(notes).toHaveLength(2);
    expect(inputs.filter(({ state }) => state !== 'same')).toMatchObject([
      { input: 'strategy file', state: 'changed', file: strategy },
      { input: 'candles', state: 'missing', file: null },
      { input: 'file of candles', state: 'changed' },
    ]);
    const replayed = await lab('replay', run, '--json');
    expect(replayed.code).toBe(1);
    expect(documentOf(replayed)).toMatchObject({ error: { reason: 'data.missing' } });
  });
});
