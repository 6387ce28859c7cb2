import { Registry } from 'prom-client';
import type { Observation, Observe } from '../../contracts/observation.ts';
import type { SagaNotice, SagaView } from '../../contracts/saga.ts';
import { dataMetrics } from './dataMetrics.ts';
import { type ProcessMetricsPorts, processMetrics } from './processMetrics.ts';
import { type QueueMetricsPorts, queueMetrics } from './queueMetrics.ts';
import { reasoningMetrics } from './reasoningMetrics.ts';
import { sagaMetrics } from './sagaMetrics.ts';
import { type SandboxMetricsPorts, sandboxMetrics } from './sandboxMetrics.ts';

export interface MetricsPorts
  extends QueueMetricsPorts,
    ProcessMetricsPorts,
    Pick<SandboxMetricsPorts, 'readSandboxes'> {
  /** All sagas; null where the journal cannot be read. */
  readonly listSagas: () => Promise<
    readonly Pick<SagaView, 'name' | 'state' | 'notUndone' | 'alerts' | 'forensics'>[] | null
  >;
}

export interface Metrics {
  readonly hear: (notice: SagaNotice) => void;
  readonly observe: Observe;
  /** The names of all metrics. */
  readonly names: () => readonly string[];
  /** All metrics in the text format of Prometheus, and its media type. */
  readonly expose: () => Promise<{ readonly contentType: string; readonly text: string }>;
}

/** The lab's metrics, in a registry of their own: nothing is shared with other labs of this process. */
export function makeMetrics(ports: MetricsPorts): Metrics {
  const registry = new Registry();
  let listing: ReturnType<MetricsPorts['listSagas']> | undefined;
  /** One list serves all metrics of one scrape. */
  const listSagas: MetricsPorts['listSagas'] = () => {
    listing ??= ports.listSagas().finally(() => {
      listing = undefined;
    });
    return listing;
  };
  const reasoning = reasoningMetrics(registry);
  const taskEnded = queueMetrics(registry, ports);
  const hear = sagaMetrics(registry, listSagas);
  const sandboxStarted = sandboxMetrics(registry, { listSagas, readSandboxes: ports.readSandboxes });
  const data = dataMetrics(registry);
  const host = processMetrics(registry, ports);
  return {
    hear,
    observe(observation: Observation) {
      switch (observation.kind) {
        case 'task-ended':
          return taskEnded(observation);
        case 'lease-changed':
          return host.leaseChanged(observation);
        case 'sandbox-started':
          return sandboxStarted(observation);
        case 'reasoned':
          return reasoning.reasoned(observation);
        case 'data-received':
          return data.received(observation);
        case 'connection-changed':
          return host.connectionChanged(observation);
        case 'request-ended':
          return host.requestEnded(observation);
      }
    },
    names: () => registry.getMetricsAsArray().map(({ name }) => name),
    expose: async () => ({ contentType: registry.contentType, text: await registry.metrics() }),
  };
}
