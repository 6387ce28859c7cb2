import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { canonicalType, eventAliases, eventCatalogue } from '../../../extension/contracts/events.ts';
import { sagaFactSchema } from '../../../extension/contracts/saga.ts';
import { embeddedLog } from '../../../extension/orchestrator/events/embeddedLog.ts';
import { anyMatcher, matcher } from '../../../extension/orchestrator/events/pattern.ts';
import { emptyFolderInMemory, openTestJournal } from '../../storage/lab.ts';
import { emptyToy, toyEngine } from '../saga/toy.ts';
import { collector, openBus } from './support.ts';

/** The names by which the two specifications ask for events. */
const promised = [
  ...['market.tick', 'signal.generated', 'trade.opened', 'trade.closed', 'rl.reward_update', 'risk.alert'],
  ...['policy.updated', 'price.alert', 'trade.signal', 'order.placed', 'order.filled', 'order.cancelled'],
  ...[
    'portfolio.rebalance',
    'risk.limit_exceeded',
    'agent.state_change',
    'agent.error',
    'backtesting.complete',
  ],
];

describe('the catalogue', () => {
  test.each(promised)('knows %s', (name) => {
    expect(eventCatalogue[canonicalType(name)]?.version).toBeGreaterThan(0);
  });

  test('names each event once: an alias is no type, and stands for one', () => {
    for (const [alias, type] of Object.entries(eventAliases)) {
      expect(eventCatalogue[alias]).toBeUndefined();
      expect(eventCatalogue[type]).toBeDefined();
    }
  });

  test('has every fact of a saga', () => {
    for (const { shape } of sagaFactSchema.options) expect(eventCatalogue[shape.type.value]).toBeDefined();
  });

  test('has a family for everything that happens in the lab', () => {
    const families = new Set(Object.keys(eventCatalogue).map((type) => type.split('.')[0]));
    expect([...families].sort()).toEqual([
      'agent',
      'backtest',
      'market',
      'order',
      'policy',
      'portfolio',
      'risk',
      'rl',
      'saga',
      'signal',
      'task',
      'trade',
    ]);
  });
});

describe('a pattern', () => {
  test.each([
    ['*', ['market.tick', 'saga.step-started', 'a.b.c'], []],
    ['market.*', ['market.tick', 'market.tick.btc'], ['market', 'markets.tick', 'risk.alert']],
    ['market.tick', ['market.tick'], ['market.ticks', 'market.tick.btc', 'market']],
    ['*.failed', ['task.failed', 'saga.failed'], ['task.failed.twice', 'failed']],
    ['price.alert', ['market.price_alert'], ['price.alert']],
  ])('%s fits exactly what it says', (pattern, fitting, others) => {
    expect(fitting.filter((type) => !matcher(pattern)(type))).toEqual([]);
    expect(others.filter(matcher(pattern))).toEqual([]);
  });

  test.each(['', 'market.', '.tick', 'mar*', 'market tick', '**'])('%j is none', (pattern) => {
    expect(() => matcher(pattern)).toThrow();
  });

  test('fits as the regular expression does that says the same', () => {
    const segment = fc.constantFrom('a', 'b', 'c');
    const segments = fc.array(fc.oneof(segment, fc.constant('*')), { minLength: 1, maxLength: 4 });
    const type = fc.array(segment, { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(segments, type, (pattern, parts) => {
        const body = pattern
          .map((part, index) => (part !== '*' ? part : index === pattern.length - 1 ? '.+' : '[^.]+'))
          .join('\\.');
        const name = parts.join('.');
        expect(matcher(pattern.join('.'))(name)).toBe(new RegExp(`^${body}$`).test(name));
        expect(anyMatcher(['x.y', pattern.join('.')])(name)).toBe(matcher(pattern.join('.'))(name));
      }),
    );
  });
});

test('the facts of a saga come by the bus as the journal has them, and are not written twice', async () => {
  const journal = await openTestJournal(emptyFolderInMemory());
  const { bus } = openBus(embeddedLog({ journal, lookMilliseconds: 5 }));
  const heard = collector();
  bus.subscribe({ group: 'monitoring', patterns: ['saga.*'], from: 'start', handle: heard.take });
  const engine = toyEngine(journal, emptyToy());
  const id = await engine.create({ name: 'toy', input: { text: '>' }, gates: [], traceId: 'trace-7' });
  await engine.run(id);
  const written = await journal.read(`saga/${id}`);
  await heard.until(written.length);
  expect(heard.taken.map(({ type, data }) => ({ type, data }))).toEqual(
    written.map(({ type, data }) => ({ type, data })),
  );
  expect(new Set(heard.taken.map(({ correlationId, traceId }) => `${correlationId} ${traceId}`))).toEqual(
    new Set([`${id} trace-7`]),
  );
  expect(await journal.streams('event')).toEqual([]);
});
