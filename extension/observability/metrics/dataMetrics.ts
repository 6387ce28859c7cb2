import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import type { DataReceived } from '../../contracts/observation.ts';
import { boundedLabel } from './labels.ts';

const mostVenues = 30;
const mostMarkets = 200;

export interface DataMetrics {
  readonly received: (observation: DataReceived) => void;
}

/** Metrics of market data: how late it is, what is missing of it, and how fast venues answer. */
export function dataMetrics(registry: Registry): DataMetrics {
  const registers = [registry];
  const venueOf = boundedLabel(mostVenues);
  const marketOf = boundedLabel(mostMarkets);
  const lag = new Gauge({
    name: 'data_lag_seconds',
    help: 'From the close of the newest bar of a market to when it was here.',
    labelNames: ['venue', 'market'],
    registers,
  });
  const latency = new Histogram({
    name: 'data_request_seconds',
    help: 'How long a venue took to answer a request for data.',
    labelNames: ['venue'],
    buckets: [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 15, 60],
    registers,
  });
  const gaps = new Counter({
    name: 'data_gaps_total',
    help: 'Bars that were missing in data that came in.',
    labelNames: ['venue', 'market'],
    registers,
  });
  return {
    received({ venue, symbol, timeframe, lagSeconds, latencySeconds, gaps: missing }) {
      const labels = { venue: venueOf(venue), market: marketOf(`${symbol} ${timeframe}`) };
      if (lagSeconds !== null) lag.set(labels, lagSeconds);
      if (latencySeconds !== null) latency.observe({ venue: labels.venue }, latencySeconds);
      gaps.inc(labels, missing);
    },
  };
}
