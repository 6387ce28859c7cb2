import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { type SagaEvent, sagaFactSchema } from '../../extension/contracts/saga.ts';
import type { SagaDefinition } from '../../extension/orchestrator/saga/definition.ts';
import { foldSaga } from '../../extension/orchestrator/saga/reducer.ts';
import { replayHistory } from '../../extension/orchestrator/saga/replayHistory.ts';
import { backtestSaga, optimiseSaga } from '../../extension/pipelines/assess/assess.ts';
import { stressSaga } from '../../extension/pipelines/assess/stress.ts';
import { walkForwardSaga } from '../../extension/pipelines/assess/walkForward/walkForward.ts';
import { generateSaga } from '../../extension/pipelines/generate/generate.ts';
import type { GenerateServices } from '../../extension/pipelines/generate/services.ts';
import { recordHistories } from './support/recordHistories.ts';

/*
 * Recorded histories of every pipeline: `<pipeline>-<version>.json`, and `-facts-<n>` where the facts of a saga
 * have later versions than 1. A history is never changed. A new version of a pipeline, and a new pipeline,
 * needs one: STRATEGY_LAB_RECORD_HISTORIES=-facts-2 records all that this program makes, under that ending.
 */
const folder = new URL('../fixtures/histories/', import.meta.url);
const recordAs = process.env['STRATEGY_LAB_RECORD_HISTORIES'];

/** No step is run, so no service is used but Guardian, at a fix. */
const services = { guard: () => [] } as unknown as GenerateServices;
const definitions: SagaDefinition<unknown>[] = [
  generateSaga(services),
  backtestSaga(services),
  optimiseSaga(services),
  walkForwardSaga(services),
  stressSaga(services),
];

const eventSchema = z
  .object({ sagaId: z.string(), sequence: z.number(), time: z.number(), traceId: z.string() })
  .and(sagaFactSchema);

function readHistories(file: string): SagaEvent[][] {
  const content: unknown = JSON.parse(readFileSync(new URL(file, folder), 'utf8'));
  return z.array(z.array(eventSchema)).parse(content) as SagaEvent[][];
}

const files = readdirSync(folder);

if (recordAs !== undefined) {
  test('writes a history of every pipeline', async () => {
    const recorded = await recordHistories();
    for (const [key, runs] of Map.groupBy(recorded, ({ name, version }) => `${name}-${version}`)) {
      const content = JSON.stringify(
        runs.map(({ events }) => events),
        null,
        1,
      );
      writeFileSync(new URL(`${key}${recordAs}.json`, folder), `${content}\n`);
    }
    expect(recorded.length).toBeGreaterThan(0);
  }, 300_000);
}

test.each(definitions.map(({ name, version }) => [name, version]))(
  'pipeline %s has recorded histories of its version %i',
  (name, version) => {
    expect(files.filter((file) => new RegExp(`^${name}-${version}[.-]`).test(file))).not.toEqual([]);
  },
);

describe.each(files)('the histories in %s', (file) => {
  const histories = readHistories(file);
  const [name = ''] = file.split(/-\d/);
  const definition = definitions.find((candidate) => candidate.name === name) as SagaDefinition<unknown>;

  test('follow from the definition of today at every event, so that a run at any of them can go on', async () => {
    for (const events of histories) expect(await replayHistory(events, definition)).toBeNull();
  });

  test('reach each of their ends', () => {
    expect(histories.map((events) => foldSaga(events).phase)).toEqual(['completed', 'rejected']);
  });
});

describe('a change that would break running sagas is found at the event where it would', () => {
  // One that was undone.
  const [, history = []] = readHistories('generate-1.json');
  const generate = definitions.find(({ name }) => name === 'generate') as SagaDefinition<unknown>;
  const step = (name: string) => generate.steps.findIndex((candidate) => candidate.name === name);
  const changes: [string, SagaDefinition<unknown>, string][] = [
    [
      'a step was added',
      { ...generate, steps: [...generate.steps, ...generate.steps.slice(0, 1)] },
      'saga.started',
    ],
    ['two steps changed places', { ...generate, steps: generate.steps.toReversed() }, 'saga.started'],
    ['two steps became branches', { ...generate, parallel: [[['guard'], ['sandbox']]] }, 'saga.started'],
    [
      'the input needs a new field',
      { ...generate, inputSchema: z.object({ tenant: z.string() }) },
      'saga.started',
    ],
    [
      'a result needs a new field',
      {
        ...generate,
        steps: generate.steps.with(step('guard'), {
          ...(generate.steps[step('guard')] as SagaDefinition<unknown>['steps'][number]),
          resultSchema: z.object({ verdict: z.string() }),
        }),
      },
      'saga.step-completed',
    ],
    [
      'a step can no longer be undone',
      { ...generate, steps: generate.steps.map(({ compensate: _, ...rest }) => rest) },
      'saga.compensation-started',
    ],
    ['the version is another', { ...generate, version: 2 }, 'saga.started'],
  ];

  test.each(changes)('%s', async (_, changed, type) => {
    expect(await replayHistory(history, changed)).toMatchObject({ type, why: expect.any(String) });
  });

  test('but not where the definition says that it takes the older version over', async () => {
    expect(await replayHistory(history, { ...generate, version: 2, compatibleVersions: [1] })).toBeNull();
  });
});
