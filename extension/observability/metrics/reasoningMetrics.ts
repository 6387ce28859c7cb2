import { Histogram, type Registry } from 'prom-client';
import type { Reasoned } from '../../contracts/observation.ts';
import { boundedLabel } from './labels.ts';

const mostAgents = 40;
const mostPriorities = 20;
const answerBuckets = [0.005, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 120];
const overheadBuckets = [0.001, 0.005, 0.01, 0.05, 0.1, 0.25, 0.5, 1, 5];

export interface ReasoningMetrics {
  readonly reasoned: (observation: Reasoned) => void;
}

/** Metrics of agents. The lab's own time stands apart from that of models. */
export function reasoningMetrics(registry: Registry): ReasoningMetrics {
  const registers = [registry];
  const agentOf = boundedLabel(mostAgents);
  const priorityOf = boundedLabel(mostPriorities);
  const latency = new Histogram({
    name: 'reasoning_latency_seconds',
    help: 'How long an agent took to answer a request for reasoning, with the time of its models.',
    labelNames: ['agent', 'priority'],
    buckets: answerBuckets,
    registers,
  });
  const reasoningOverhead = new Histogram({
    name: 'reasoning_overhead_seconds',
    help: 'Of the time of a reasoning, what no model took.',
    labelNames: ['agent'],
    buckets: overheadBuckets,
    registers,
  });
  return {
    reasoned({ agent, priority, seconds, providerSeconds }) {
      const labels = {
        agent: agentOf(agent),
        priority: priority === null ? 'none' : priorityOf(String(priority)),
      };
      latency.observe(labels, Math.max(0, seconds));
      reasoningOverhead.observe({ agent: labels.agent }, Math.max(0, seconds - providerSeconds));
    },
  };
}
