import { Counter, Histogram, type Registry } from 'prom-client';
import type { SandboxReading, SandboxStarted } from '../../contracts/observation.ts';
import type { SagaView } from '../../contracts/saga.ts';
import { alertReasons, forensicKinds } from '../../contracts/sandboxEvidence.ts';
import { forensicReason, sandboxAttempts, sandboxAttemptsName } from '../sandboxAttempts.ts';
import { boundedLabel } from './labels.ts';
import { readGauge } from './readGauge.ts';

const mostLevels = 10;

export interface SandboxMetricsPorts {
  /** All sagas; null where the journal cannot be read. */
  readonly listSagas: () => Promise<readonly Pick<SagaView, 'alerts' | 'forensics'>[] | null>;
  readonly readSandboxes: () => SandboxReading | null;
}

/** Metrics of sandboxes. Attempts to break out are counted from the journal, so that none is lost in a crash. */
export function sandboxMetrics(
  registry: Registry,
  { listSagas, readSandboxes }: SandboxMetricsPorts,
): (started: SandboxStarted) => void {
  const registers = [registry];
  const levelOf = boundedLabel(mostLevels);
  new Counter({
    name: sandboxAttemptsName,
    help: 'Attempts of strategies to break out of their sandbox that are on record, by reason.',
    labelNames: ['reason'],
    registers,
    async collect() {
      const sagas = await listSagas().catch(() => null);
      // What was counted before still holds.
      if (sagas === null) return;
      this.reset();
      // A first attempt is only seen to be one beside the zero before it.
      for (const reason of [...alertReasons, ...forensicKinds.map(forensicReason)]) this.inc({ reason }, 0);
      for (const { labels, value } of sandboxAttempts(sagas)) this.inc(labels, value);
    },
  });
  const start = new Histogram({
    name: 'sandbox_start_seconds',
    help: 'How long a run waited for a sandbox, by isolation level and where it came from.',
    labelNames: ['level', 'source'],
    buckets: [0.001, 0.005, 0.025, 0.1, 0.3, 0.5, 1, 2.5, 10],
    registers,
  });
  const read = (take: (reading: SandboxReading) => number) => () => {
    const reading = readSandboxes();
    return reading === null ? null : take(reading);
  };
  readGauge(
    registry,
    'sandboxes_active',
    'Sandboxes at work.',
    read(({ active }) => active),
  );
  readGauge(
    registry,
    'sandboxes_pooled',
    'Sandboxes that are ready for the next run.',
    read(({ pooled }) => pooled),
  );
  return ({ level, source, startedTime, readyTime }) =>
    start.observe({ level: levelOf(level), source }, Math.max(0, readyTime - startedTime) / 1000);
}
