import { expect, test } from 'vitest';
import type { PlacedEvent } from '../../../extension/contracts/events.ts';
import type { Journal } from '../../../extension/contracts/journal.ts';
import { embeddedLog } from '../../../extension/orchestrator/events/embeddedLog.ts';
import { EventBus } from '../../../extension/orchestrator/events/eventBus.ts';
import type { DomainEvents } from '../../../extension/orchestrator/events/published.ts';
import type { SagaEngine } from '../../../extension/orchestrator/saga/engine.ts';
import type { LabJournal } from '../../../extension/storage/openJournal.ts';
import { emptyFolderInMemory, openTestJournal } from '../../storage/lab.ts';
import { dyingJournal } from './dyingJournal.ts';
import { emptyToy, toyEngine } from './toy.ts';

/** Every step that is done is a backtest too, by its step and its generation. */
const domainEvents: DomainEvents = (event, { id: runId }) => {
  if (event.type !== 'saga.step-completed') return [];
  const { step, generation } = event.data;
  return [
    { type: 'backtest.completed', agentId: 'toy', data: { runId, strategy: step, metrics: { generation } } },
  ];
};

const engineOn = (journal: Journal): SagaEngine => toyEngine(journal, emptyToy(), {}, { domainEvents });

async function toEnd(engine: SagaEngine, id: string): Promise<void> {
  const { waitingFor, decisions } = await engine.run(id);
  if (waitingFor === null) return;
  const isFirst = decisions.length === 0;
  await engine.decide(id, isFirst ? { action: 'rollback', to: 'c' } : { action: 'approve' });
  await toEnd(engine, id);
}

async function busEvents(journal: LabJournal, id: string) {
  const bus = new EventBus({ log: embeddedLog({ journal }), clock: Date.now, newId: () => 'id' });
  const own: PlacedEvent[] = [];
  for await (const event of bus.replay({ patterns: ['*'] })) if (event.correlationId === id) own.push(event);
  await bus.close();
  return own;
}

test('what a fact of a saga is besides stands behind it once, wherever the process dies between two writes', async () => {
  const journal = await openTestJournal(emptyFolderInMemory());
  const healthy = engineOn(journal);
  let deaths = 0;
  for (const moment of ['before', 'after'] as const) {
    for (let at = 1; ; at += 1) {
      const id = await healthy.create({ name: 'toy', input: { text: '' } });
      const { dying, died, leases } = dyingJournal(journal, at, moment);
      await toEnd(engineOn(dying), id).catch(() => {});
      for (const lease of leases) await journal.releaseLease(lease);
      if (died()) await toEnd(healthy, id);
      const events = await busEvents(journal, id);
      const facts = events.filter(({ type }) => type === 'saga.step-completed');
      const told = events.filter(({ type }) => type === 'backtest.completed');
      const place = (data: unknown) => data as { step: string; generation: number };
      expect(facts.length).toBeGreaterThanOrEqual(6);
      expect(told.map(({ data }) => data)).toEqual(
        facts.map(({ data }) => ({
          runId: id,
          strategy: place(data).step,
          metrics: { generation: place(data).generation },
        })),
      );
      expect(told.map(({ time, traceId, agentId }) => ({ time, traceId, agentId }))).toEqual(
        facts.map(({ time, traceId }) => ({ time, traceId, agentId: 'toy' })),
      );
      if (!died()) break;
      deaths += 1;
    }
  }
  expect(deaths).toBeGreaterThan(20);
  expect(await journal.verifyChain('event/published')).toMatchObject({ brokenAt: null });
});

test('a fact that is refused leaves nothing of what it would have been besides', async () => {
  const journal = await openTestJournal(emptyFolderInMemory());
  const noted = { type: 'test.noted', version: 1, time: 1, traceId: 't', data: null };
  const also = { stream: 'event/published', events: [noted] };
  await journal.append({ stream: 'note/1', events: [noted] });
  await expect(
    journal.append({ stream: 'note/1', expectedSequence: 0, events: [noted], also }),
  ).rejects.toMatchObject({ reason: 'journal.conflict' });
  expect(await journal.read('event/published')).toEqual([]);
  await journal.append({ stream: 'note/1', expectedSequence: 1, events: [noted], also });
  expect(await journal.read('event/published')).toHaveLength(1);
});
