import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { runProgram } from '../../extension/cli/program.ts';
import { settingOptions } from '../../extension/cli/settingOptions.ts';
import { crossing, newFolder, writeMarket, writeStrategy } from './program.ts';

vi.stubGlobal('__LAB_VERSION__', '0.0.0');

let folder: Awaited<ReturnType<typeof newFolder>>;
let market: string;
let strategy: string;
let run: string;
beforeAll(async () => {
  folder = await newFolder();
  market = await writeMarket(folder.path, 200);
  strategy = await writeStrategy(folder.path, 'cross', crossing);
  await writeFile(join(folder.path, 'returns.csv'), 'a,b\n0.1,0.2\n0.2,0.1\n-0.1,0.3\n');
  await writeFile(join(folder.path, 'settings.json'), '{"fee": 7}');
  await writeFile(join(folder.path, 'named.json'), '{"commission": 0.1}');
  const tiers = [{ tradedValue: 1000, fee: -1, makerFee: 0 }];
  await writeFile(join(folder.path, 'tiers.json'), JSON.stringify({ feeTiers: tiers }));
  const answer = await call(['backtest', strategy, '--data', market]);
  expect(answer.code, answer.err).toBe(0);
  run = (JSON.parse(answer.out) as { run: string }).run;
});
afterAll(() => folder.remove());

async function call(args: readonly string[], isJson = true) {
  let out = '';
  let err = '';
  const code = await runProgram(isJson ? [...args, '--json'] : args, {
    assets: fileURLToPath(new URL('../../dist/', import.meta.url)),
    environment: {
      STRATEGY_LAB_DOCKER_SOCKET: '/nowhere/docker.sock',
      STRATEGY_LAB_BUBBLEWRAP: '/nowhere/bwrap',
    },
    folder: folder.path,
    out: (text) => {
      out += text;
    },
    err: (text) => {
      err += text;
    },
    lines: () => [][Symbol.iterator]() as unknown as AsyncIterator<string>,
    isScreen: false,
    columns: 100,
    clock: Date.now,
    signal: new AbortController().signal,
  });
  return { code, out, err };
}

/** Values that an option refuses, with the part of each that is named; `any` for one that takes every text, or none. */
type Bad = readonly (string | readonly [value: string, named: string])[] | 'any';

/** The address may hold a password, so that none is repeated. */
const redis = {
  '--redis': [
    ['redis:6379', '--redis is no address'],
    ['https://host', '--redis is no address'],
    ['redis://', '--redis is no address'],
  ],
} as const;
const common = { '--json': 'any', '--lab': 'any', '--log': ['loud'], '--help': 'any' } as const;
const identity = { '--symbol': ['', 'BTC USD', 'x'.repeat(65)], '--venue': ['a b', '<'] } as const;
const timeframe = { '--timeframe': ['7m', 'hour', ''] } as const;
const range = { '--from': ['yesterday', '2022-02-30', '2022'], '--to': ['soon', '2022-13-01'] } as const;

const words = ['limitFills', 'positionMode', 'market'];
const settings: Record<string, Bad> = Object.fromEntries(
  Object.entries(settingOptions).map(([name, { flag }]) => [
    flag,
    words.includes(name) ? ['never'] : ['much', '-99', '1e999', ''],
  ]),
);
const running: Record<string, Bad> = {
  ...common,
  ...identity,
  ...timeframe,
  ...range,
  ...settings,
  '--settings': [
    'none.json',
    ['FOLDER/MARKET_TESTUSD_1h.csv', 'is no JSON'],
    ['FOLDER/settings.json', 'fee takes a number from 0 to 0.2, was 7'],
    ['FOLDER/tiers.json', 'feeTiers.0.fee takes a number from 0 to 0.2, was -1'],
    ['FOLDER/named.json', 'there is no "commission"'],
  ],
  '--level': ['none', 'safe'],
  '--accept-missing-limits': ['all', 'memory;network'],
};
const data = { '--data': ['nofile.csv', 'deadbeef00'] } as const;
const markets = {
  ...data,
  '--also': ['x=', 'nofile', ['X=nofile', 'nofile']],
  '--finer': ['foo', '=y', ['X=nofile', 'nofile']],
  '--funding': ['nofile', 'x='],
} as const;
const params = {
  '--param': ['fast', 'fast=', ['fast=ten', 'fast takes a number, was "ten"'], '=1'],
} as const;
const searching = {
  '--search': ['best'],
  '--budget': ['0', '1.5', '-3', '99999999', 'many'],
  '--objective': ['luck', 'sharpe:up'],
  '--constraint': ['trades=3', 'trades>=few', ['luck>=1', 'luck']],
  '--values': ['fast', 'fast=', 'fast=a,b', '1fast=1', 'toString=1'],
  '--range': [
    '40:5',
    'a:b:0',
    'fast=40:5',
    'fast=1:5:0',
    'fast=1:5:-1',
    'fast=5',
    'fast=a:b',
    'fast=1:2:3:4',
  ],
  '--relation': ['fast', 'fast!slow'],
  '--search-seed': ['-1', '0.5', '4294967296', 'x'],
} as const;
const decision = { ...common, '--comment': 'any', '--at': 'any' } as const;

const verbs: Readonly<
  Record<string, { readonly base: () => string[]; readonly options: Record<string, Bad> }>
> = {
  run: {
    base: () => [],
    options: {
      ...running,
      ...markets,
      ...redis,
      '--idea': 'any',
      '--gates': [['reason,tea', 'tea']],
      '--metric': ['luck'],
      '--delay': ['soon', '0h', '1.5h', '367d'],
      '--deadline': ['2020-01-31', 'soon', '0h', '5x'],
      '--priority': ['-1', '101', '1.5', 'high'],
    },
  },
  backtest: { base: () => [strategy, '--data', market], options: { ...running, ...markets, ...params } },
  optimize: {
    base: () => [strategy, '--data', market],
    options: { ...running, ...markets, ...searching, ...redis },
  },
  stress: {
    base: () => [strategy, '--data', market],
    options: {
      ...running,
      ...markets,
      ...params,
      '--scenarios': ['rain', ['none,gap', 'none together with gap']],
      '--paths': ['0', '1.5', '9999'],
    },
  },
  'walk-forward': {
    base: () => [strategy, '--data', market],
    options: {
      ...running,
      ...markets,
      ...searching,
      ...redis,
      '--kind': ['sideways'],
      '--train': ['0', ['x', 'takes a whole number from 1'], '-5'],
      '--test': ['0', '1.5'],
      '--step': ['0', 'x'],
      '--folds': ['1', '51', '4'],
      '--groups': ['1', '6'],
      '--test-groups': ['0', '2'],
      '--purge': ['-1', ['x', 'takes a whole number']],
      '--embargo': ['-1', '0.5'],
    },
  },
  gate: {
    base: () => ['nobody'],
    options: {
      ...common,
      '--least-dsr': ['2', 'x'],
      '--most-pbo': ['-1'],
      '--most-spa': ['1.5'],
      '--median-path-above': ['x'],
      '--least-trades': ['-1', '1.5'],
      '--least-delay-share': ['2'],
      '--doubled-costs-above': ['-2'],
    },
  },
  guard: { base: () => [strategy], options: { ...common } },
  'data check': { base: () => [market], options: { ...common, ...identity, ...timeframe } },
  'data import': { base: () => [market], options: { ...common, ...identity, ...timeframe } },
  'data download': {
    base: () => [
      '--exchange',
      'binance',
      '--symbol',
      'BTC/USDT',
      '--timeframe',
      '1h',
      '--from',
      '2022-01-01',
    ],
    // Whether there is such a symbol only the exchange knows.
    options: { ...common, ...timeframe, ...range, '--exchange': ['mtgox'], '--symbol': 'any' },
  },
  'data resample': {
    base: () => [market, '--timeframe', '4h'],
    options: { ...common, ...identity, ...timeframe },
  },
  'data sessions': {
    base: () => [market, '--open', '09:30', '--close', '16:00'],
    options: {
      ...common,
      ...identity,
      '--open': ['9', '24:00'],
      '--close': ['noon'],
      '--zone': ['Mars/Base'],
      '--days': ['mon-foo'],
      '--every': ['month'],
      '--keep': 'any',
    },
  },
  'data list': { base: () => [], options: { ...common } },
  statistics: {
    base: () => [join(folder.path, 'returns.csv')],
    options: {
      ...common,
      '--trials': ['0', '1.5', 'x'],
      '--blocks': ['3', '0', 'x'],
      '--bootstrap': ['-1', 'x'],
      '--block-length': ['0', 'x', '50'],
      '--seed': ['-1', 'x'],
      '--benchmark': ['x'],
      '--against': ['c'],
    },
  },
  regimes: {
    base: () => ['--data', market],
    options: {
      ...common,
      ...identity,
      ...timeframe,
      ...range,
      '--data': ['nofile.csv'],
      '--truth': ['nofile.csv'],
      '--score': ['0', 'x'],
      '--settle': ['-1', 'x'],
    },
  },
  scenario: {
    base: () => ['--kind', 'crash'],
    options: {
      ...common,
      ...identity,
      ...timeframe,
      '--kind': ['rain'],
      '--data': ['nofile.csv'],
      '--from': 'any',
      '--to': 'any',
      '--seed': ['-1', 'x'],
      '--bars': ['1', '2.5', 'x'],
      '--price': ['0', 'x'],
      '--start': ['1960-01-01', 'x', '2099-01-01'],
      '--volatility': ['0', 'x'],
      '--drift': ['99', 'x'],
      '--param': [
        ['depth=2', 'depth takes a number above 0 and below 1, was "2"'],
        'depth=',
        ['size=1', 'size "1" is not for a "crash"'],
        ['fallBars=0', 'fallBars takes a whole number from 1 to 1000000, was "0"'],
        ['kind=1', 'kind "1"'],
      ],
      '--out': ['no/such/folder.csv'],
      '--labels': ['no/such/folder.csv'],
      '--import': 'any',
    },
  },
  status: {
    base: () => ['--slo'],
    options: { ...common, '--slo': 'any', '--window': ['0h', '24', 'yesterday', ['', 'takes minutes']] },
  },
  show: { base: () => [run], options: { ...common } },
  orders: { base: () => [run], options: { ...common, '--state': ['lost'], '--csv': ['no/such/orders.csv'] } },
  replay: {
    base: () => [run, '--mode', 'real-time'],
    options: { ...common, ...range, '--mode': ['slow'], '--speed': ['0', 'x'] },
  },
  verify: { base: () => [run], options: { ...common } },
  approve: { base: () => [run], options: { ...decision, '--at': ['tea'] } },
  reject: { base: () => [run], options: { ...decision, '--at': ['tea'] } },
  fix: { base: () => [run], options: { ...decision, '--idea': 'any', '--file': ['nofile.ts'] } },
  rollback: { base: () => [run, '--to', 'code'], options: { ...decision, '--to': ['tea'] } },
  cancel: { base: () => [run], options: { ...common, '--comment': 'any' } },
  priority: { base: () => [run, '3'], options: { ...common } },
  resume: { base: () => [], options: { ...common, ...redis } },
  serve: {
    base: () => [],
    options: {
      ...common,
      '--port': ['65536', '-1', '1.5', 'http', ''],
      '--host': ['0.0.0.0', 'lab.example', '::'],
      '--allow-remote': 'any',
      '--tenant': ['Ann', 'a b', ''],
      '--guest-waiting': ['0', '100001', '1.5', 'many', ''],
      '--scrape-token': 'any',
      '--guest-running': ['0', '17', 'all', ''],
      '--guest-priority': ['5', '-1', '10', 'urgent', ''],
      '--level': ['none', 'strong'],
      '--workers': ['0', '17', 'many'],
      ...redis,
    },
  },
  worker: {
    base: () => ['--redis', 'redis://127.0.0.1:1'],
    options: {
      ...common,
      ...redis,
      '--workers': ['0', '17', 'many'],
      '--level': ['none', 'safe'],
      '--accept-missing-limits': ['all'],
    },
  },
  'sandbox audit': { base: () => [], options: { ...common } },
  'sandbox forensics': { base: () => [run], options: { ...common } },
  doctor: { base: () => [], options: { ...common } },
};

const jargon =
  /too (small|big)|invalid|expected|received|unrecogni[sz]ed|\bNaN\b|undefined|\[object|internal/i;

/** One sentence that names the option and the value, and one action. */
function expectClear(answer: { code: number; out: string }, option: string, value: string): void {
  expect(answer.code, answer.out).toBe(1);
  const { error } = JSON.parse(answer.out) as { error: { reason: string; message: string; action: string } };
  expect(error.reason).not.toBe('internal');
  expect(error.message).toContain(option);
  expect(error.message).toContain(value);
  expect(error.message).toMatch(/\.$/);
  expect(error.action).toMatch(/\w.*\.$/);
  expect(`${error.message} ${error.action}`).not.toMatch(jargon);
}

test('the table has every verb, and every option of each', async () => {
  const listed = async (verb: string) => {
    const { out } = await call([...verb.split(' '), '--help'].filter(Boolean), false);
    return out;
  };
  const verbsIn = (help: string) =>
    [...help.matchAll(/^ {2}([a-z-]+)(?: \[| <| {2})/gm)]
      .map(([, name = '']) => name)
      .filter((name) => name !== 'help');
  const groups = ['data', 'sandbox'];
  const inner = await Promise.all(
    groups.map(async (group) => verbsIn(await listed(group)).map((name) => `${group} ${name}`)),
  );
  const all = verbsIn(await listed('')).filter((name) => !groups.includes(name));
  expect(Object.keys(verbs).sort()).toEqual([...all, ...inner.flat()].sort());
  for (const [verb, { options }] of Object.entries(verbs)) {
    const found = [...(await listed(verb)).matchAll(/^ {2}(?:-\w, )?(--[a-z-]+)/gm)].map(([, name]) => name);
    expect(Object.keys(options).sort(), verb).toEqual(found.sort());
  }
});

function pairOf(value: Exclude<Bad, 'any'>[number]): readonly [value: string, named: string] {
  return typeof value === 'string' ? [value, value] : value;
}

const cases = Object.entries(verbs).flatMap(([verb, { options }]) =>
  Object.entries(options).flatMap(([option, values]) =>
    values === 'any' ? [] : values.map((value) => [verb, option, ...pairOf(value)] as const),
  ),
);

describe('a value that an option refuses is named with the option and what to do, in plain words', () => {
  test.each(cases)('%s %s %j', async (verb, option, value, named) => {
    const base = verbs[verb]?.base() ?? [];
    const at = base.indexOf(option);
    const others = at < 0 ? base : [...base.slice(0, at), ...base.slice(at + 2)];
    const given = `${option}=${value.replace('FOLDER', folder.path)}`;
    expectClear(await call([...verb.split(' '), ...others, given]), option, named);
  });
});

describe('a name that is none', () => {
  test.each(Object.keys(verbs))('%s knows no option that it has not, and names its help', async (verb) => {
    const { code, out } = await call([...verb.split(' '), ...(verbs[verb]?.base() ?? []), '--nonsense']);
    expect(code).toBe(1);
    expect(JSON.parse(out)).toMatchObject({
      error: {
        reason: 'usage',
        message: `strategy-lab ${verb} has no option --nonsense.`,
        action: expect.stringMatching(`See strategy-lab ${verb} --help.$`),
      },
    });
  });

  test.each([
    [
      ['optimize', 'x.ts', '--data', 'y', '--bugdet', '3'],
      'optimize has no option --bugdet',
      '--budget',
      'optimize',
    ],
    [
      ['walk-forward', 'x.ts', '--data', 'y', '--fold=3'],
      'walk-forward has no option --fold',
      '--folds',
      'walk-forward',
    ],
    [
      ['data', 'import', 'x', '--simbol', 'A'],
      'data import has no option --simbol',
      '--symbol',
      'data import',
    ],
    [['data', 'imprt'], 'data has no verb "imprt"', 'import', 'data'],
    [['optimse'], 'has no verb "optimse"', 'optimize', ''],
  ])(
    '%j is answered with the nearest one, and the help of its verb',
    async (args, message, nearest, verb) => {
      const { code, out } = await call(args);
      expect(code).toBe(1);
      const { error } = JSON.parse(out) as { error: { reason: string; message: string; action: string } };
      expect(error).toMatchObject({ reason: 'usage', message: expect.stringContaining(message) });
      const help = ['strategy-lab', verb, '--help'].filter(Boolean).join(' ');
      expect(error.action).toBe(`Did you mean ${nearest}? See ${help}.`);
    },
  );

  test('a program without a verb, and a verb without what it needs, say so', async () => {
    const messageOf = async (args: string[]) => (await call(args, false)).err.trim().split('\n').slice(-2);
    expect(await messageOf([])).toEqual(['strategy-lab needs a verb.', 'See strategy-lab --help.']);
    expect(await messageOf(['data'])).toEqual([
      'strategy-lab data needs a verb.',
      'See strategy-lab data --help.',
    ]);
    const help = 'See strategy-lab orders --help.';
    expect(await messageOf(['orders'])).toEqual(['strategy-lab orders needs <id>.', help]);
    expect(await messageOf(['orders', 'a', 'b'])).toEqual([
      'strategy-lab orders takes 1 argument, was given 2: a, b.',
      help,
    ]);
    expect(await messageOf(['orders', 'a', '--state'])).toEqual([
      'strategy-lab orders needs a value behind --state: --state <state>.',
      help,
    ]);
    expect(await messageOf(['optimize', 'a.ts'])).toEqual([
      'strategy-lab optimize needs --data <file>.',
      'See strategy-lab optimize --help.',
    ]);
  });
});
