import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parseEnd, parseNumber, parseParameters, parseTime } from '../../extension/cli/options.ts';
import { parseSettings } from '../../extension/cli/settingOptions.ts';
import { defaultRunSettings } from '../../extension/contracts/backtest.ts';

const refusal = (option: string): object =>
  expect.objectContaining({ name: 'LabError', reason: 'usage', message: expect.stringContaining(option) });

describe('a time', () => {
  test.each([
    ['2020-02-29', Date.UTC(2020, 1, 29)],
    ['2020-01-31T12:00', Date.UTC(2020, 0, 31, 12)],
    ['2020-01-31 12:00:05', Date.UTC(2020, 0, 31, 12, 0, 5)],
    ['2020-01-31T12:00Z', Date.UTC(2020, 0, 31, 12)],
  ])('%s is read as UTC', (text, time) => {
    expect(parseTime(text, '--from')).toBe(time);
  });

  test.each([
    '2021-02-30',
    '2021-02-29',
    '2021-02-30T12:00',
    '2021-13-01',
    '2021-01-01T25:00',
    '2021-1-1',
    '2021',
    '',
    'soon',
    '1609459200000',
    '2021-01-01T00:00+02:00',
  ])('"%s" is refused', (text) => {
    expect(() => parseTime(text, '--from')).toThrow(refusal('--from'));
  });

  test('that is not given stays so', () => {
    expect(parseTime(undefined, '--from')).toBeUndefined();
    expect(parseEnd(undefined, '--to')).toBeUndefined();
  });
});

describe('an end', () => {
  test('includes the whole of a day', () => {
    expect(parseEnd('2020-01-31', '--to')).toBe(Date.UTC(2020, 1, 1));
  });

  test('includes the bar that opens at a time, and no later one', () => {
    expect(parseEnd('2020-01-31T12:00', '--to')).toBe(Date.UTC(2020, 0, 31, 12) + 1);
  });

  test('on a day that no month has is refused', () => {
    expect(() => parseEnd('2021-02-30', '--to')).toThrow(refusal('--to'));
  });
});

describe('settings', () => {
  test('are the defaults but for what is given, the bases of metrics among them', async () => {
    expect(await parseSettings({})).toEqual(defaultRunSettings);
    const given = {
      periodsPerYear: '252',
      riskFreeRate: '0.02',
      targetReturn: '-0.1',
      tailConfidence: '0.99',
    };
    expect(await parseSettings(given)).toEqual({
      ...defaultRunSettings,
      periodsPerYear: 252,
      riskFreeRate: 0.02,
      targetReturn: -0.1,
      tailConfidence: 0.99,
    });
  });

  test.each([
    ['periodsPerYear', '400', '--periods-per-year'],
    ['riskFreeRate', '2', '--risk-free-rate'],
    ['targetReturn', '-1', '--target-return'],
    ['tailConfidence', '1', '--tail-confidence'],
    ['leverage', '5', '--leverage'],
    ['fundingRate', '0.0001', '--funding-rate'],
    ['limitFills', 'sometimes', '--limit-fills'],
    ['latency', '1.5', '--latency'],
  ])('%s of %s is refused', async (name, value, flag) => {
    await expect(parseSettings({ [name]: value })).rejects.toThrow(refusal(flag));
  });
});

describe('a file of settings', () => {
  const withFile = async (content: string, options: Readonly<Record<string, string>> = {}) => {
    const folder = await mkdtemp(join(tmpdir(), 'settings-'));
    try {
      const settings = join(folder, 'venue.json');
      await writeFile(settings, content);
      return await parseSettings({ settings, ...options });
    } finally {
      await rm(folder, { recursive: true });
    }
  };

  test('is taken over the defaults, and an option over the file', async () => {
    const tiers = [{ tradedValue: 1000, fee: 0.0005, makerFee: 0 }];
    const file = JSON.stringify({ fee: 0.002, feeTiers: tiers, market: 'perpetual', leverage: 3 });
    expect(await withFile(file, { fee: '0.004', leverage: '5' })).toEqual({
      ...defaultRunSettings,
      fee: 0.004,
      feeTiers: tiers,
      market: 'perpetual',
      leverage: 5,
    });
  });

  test.each([
    ['that is no JSON', '{', 'no JSON'],
    ['with a name that is none', '{"commission": 1}', 'commission'],
    ['with a wrong value', '{"fee": 7}', 'fee'],
    ['whose values contradict each other', '{"leverage": 3}', 'no leverage'],
  ])('%s is refused', async (_what, content, problem) => {
    await expect(withFile(content)).rejects.toThrow(refusal(problem));
  });

  test('that is not there is named', async () => {
    await expect(parseSettings({ settings: 'none.json' })).rejects.toThrow(refusal('none.json'));
  });
});

describe('a number', () => {
  test.each([
    ['10', 10],
    ['-0.5', -0.5],
    ['.5', 0.5],
    ['1e-3', 0.001],
    [' 7 ', 7],
  ])('"%s" is read', (text, value) => {
    expect(parseNumber(text, '--fee')).toBe(value);
  });

  test.each(['', ' ', '0x10', '1,5', '10%', 'NaN', 'Infinity', '1e999', '1 2'])('"%s" is refused', (text) => {
    expect(() => parseNumber(text, '--fee')).toThrow(refusal('--fee'));
  });
});

describe('parameters', () => {
  test('are read as pairs of name and number', () => {
    expect(parseParameters(['fast=10', 'stop_loss=0.05'])).toEqual({ fast: 10, stop_loss: 0.05 });
    expect(parseParameters([])).toEqual({});
  });

  test.each([['fast'], ['=1'], ['fast='], ['1fast=1'], ['fast=ten'], ['fast==1']])(
    '%s is refused',
    (pair) => {
      expect(() => parseParameters([pair])).toThrow(refusal('--param'));
    },
  );

  test('given twice are refused', () => {
    expect(() => parseParameters(['fast=1', 'fast=2'])).toThrow(refusal('--param fast'));
  });
});
