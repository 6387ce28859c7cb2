import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import type { ConnectionChanged, LeaseChanged, RequestEnded } from '../../contracts/observation.ts';
import { boundedLabel } from './labels.ts';
import { readGauge } from './readGauge.ts';

const mostRoutes = 100;
const mostPeers = 20;

/** What a host's own state is read from. */
export interface HostReading {
  readonly uptimeSeconds: number;
  readonly residentBytes: number;
  readonly heapBytes: number;
  /** Delay of the event loop since the last reading; null where it is not measured. */
  readonly eventLoopDelay: { readonly median: number; readonly p99: number; readonly max: number } | null;
  /** Size of the journal's files; null where there is none yet. */
  readonly journalBytes: number | null;
}

export interface ProcessMetricsPorts {
  readonly version: string;
  readonly readHost: () => HostReading;
}

export interface ProcessMetrics {
  readonly leaseChanged: (observation: LeaseChanged) => void;
  readonly connectionChanged: (observation: ConnectionChanged) => void;
  readonly requestEnded: (observation: RequestEnded) => void;
}

/** Metrics of this process: its leases, its interface for programs, its event loop, memory and database. */
export function processMetrics(
  registry: Registry,
  { version, readHost }: ProcessMetricsPorts,
): ProcessMetrics {
  const registers = [registry];
  const routeOf = boundedLabel(mostRoutes);
  const peerOf = boundedLabel(mostPeers);
  new Gauge({
    name: 'strategy_lab_info',
    help: 'Always 1; the version of the program is its label.',
    labelNames: ['version'],
    registers,
  }).set({ version }, 1);
  let reading: HostReading | undefined;
  /** One reading serves all gauges of one scrape: reading the delay begins it anew. */
  const read = (): HostReading => {
    if (reading === undefined) {
      reading = readHost();
      queueMicrotask(() => {
        reading = undefined;
      });
    }
    return reading;
  };
  const gauge = (name: string, help: string, take: (host: HostReading) => number | null): void =>
    readGauge(registry, name, help, () => take(read()));
  gauge('process_uptime_seconds', 'Since this process opened the lab.', (host) => host.uptimeSeconds);
  gauge('process_resident_memory_bytes', 'Memory that this process holds.', (host) => host.residentBytes);
  gauge('process_heap_bytes', 'Of it, the JavaScript heap in use.', (host) => host.heapBytes);
  gauge('journal_size_bytes', "Size of the journal's files.", (host) => host.journalBytes);
  new Gauge({
    name: 'event_loop_delay_seconds',
    help: 'How late the event loop of this process was since the last reading.',
    labelNames: ['statistic'],
    registers,
    collect() {
      this.reset();
      const delay = read().eventLoopDelay;
      if (delay === null) return;
      for (const [statistic, value] of Object.entries(delay)) this.set({ statistic }, value);
    },
  });
  const leases = new Counter({
    name: 'lease_changes_total',
    help: "Changes of this process's lead of the lab: acquired, released, lost, or taken over from one that was gone.",
    labelNames: ['change'],
    registers,
  });
  const recovery = new Histogram({
    name: 'lease_recovery_seconds',
    help: 'From the last sign of life of a leader that was gone to the take-over.',
    buckets: [0.1, 0.5, 1, 2.5, 5, 10, 15, 30, 60, 300],
    registers,
  });
  const connections = new Gauge({
    name: 'connection_up',
    help: '1 where what the lab needs outside itself answered when it was asked last, else 0.',
    labelNames: ['peer'],
    registers,
  });
  const requests = new Histogram({
    name: 'api_request_seconds',
    help: 'How long the interface for programs took to answer, by route and class of status.',
    labelNames: ['route', 'status'],
    buckets: [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.5, 1, 5, 30],
    registers,
  });
  return {
    leaseChanged({ change, recoverySeconds }) {
      leases.inc({ change });
      if (recoverySeconds !== null) recovery.observe(Math.max(0, recoverySeconds));
    },
    connectionChanged({ peer, isUp }) {
      connections.set({ peer: peerOf(peer) }, isUp ? 1 : 0);
    },
    requestEnded({ route, status, startedTime, endedTime }) {
      const labels = { route: routeOf(route), status: `${Math.floor(status / 100)}xx` };
      requests.observe(labels, Math.max(0, endedTime - startedTime) / 1000);
    },
  };
}
