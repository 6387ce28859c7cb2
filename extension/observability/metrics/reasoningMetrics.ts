import { Counter, Histogram, type Registry } from 'prom-client';
import type { ModelCalled, Reasoned } from '../../contracts/observation.ts';
import { boundedLabel } from './labels.ts';

const mostAgents = 40;
const mostModels = 40;
const mostPriorities = 20;
const answerBuckets = [0.005, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 120];
const overheadBuckets = [0.001, 0.005, 0.01, 0.05, 0.1, 0.25, 0.5, 1, 5];

export interface ReasoningMetrics {
  readonly reasoned: (observation: Reasoned) => void;
  readonly modelCalled: (observation: ModelCalled) => void;
}

/** Metrics of agents and models. The lab's own time stands apart from that of the providers. */
export function reasoningMetrics(registry: Registry): ReasoningMetrics {
  const registers = [registry];
  const agentOf = boundedLabel(mostAgents);
  const priorityOf = boundedLabel(mostPriorities);
  const providerOf = boundedLabel(mostAgents);
  const modelOf = boundedLabel(mostModels);
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
  const labelNames = ['provider', 'model'] as const;
  const provider = new Histogram({
    name: 'model_provider_seconds',
    help: 'Time between a request to a model and the end of its answer.',
    labelNames: [...labelNames, 'status'],
    buckets: answerBuckets,
    registers,
  });
  const overhead = new Histogram({
    name: 'model_overhead_seconds',
    help: "The lab's own time around a request to a model.",
    labelNames,
    buckets: overheadBuckets,
    registers,
  });
  const tokens = new Counter({
    name: 'model_tokens_total',
    help: 'Tokens that models read and wrote.',
    labelNames: [...labelNames, 'direction'],
    registers,
  });
  const cost = new Counter({
    name: 'model_cost_dollars_total',
    help: 'What models cost in US dollars, where the price is known.',
    labelNames,
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
    modelCalled(call) {
      const labels = { provider: providerOf(call.provider), model: modelOf(call.model) };
      const whole = Math.max(0, call.endedTime - call.startedTime) / 1000;
      provider.observe({ ...labels, status: call.status }, Math.max(0, call.providerSeconds));
      overhead.observe(labels, Math.max(0, whole - call.providerSeconds));
      if (call.inputTokens !== null) tokens.inc({ ...labels, direction: 'input' }, call.inputTokens);
      if (call.outputTokens !== null) tokens.inc({ ...labels, direction: 'output' }, call.outputTokens);
      if (call.cost !== null) cost.inc(labels, call.cost);
    },
  };
}
