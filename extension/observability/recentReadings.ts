import type { Observation } from '../contracts/observation.ts';
import { nearestRank, p95Of } from './slo/percentiles.ts';

const mostValues = 500;
const mostAgents = 40;

/** An agent since this process began. */
export interface AgentReading {
  readonly name: string;
  readonly answers: number;
  readonly p95Seconds: number | null;
  /** When it last answered, UTC milliseconds. */
  readonly lastTime: number;
}

interface Agent {
  answers: number;
  lastTime: number;
  readonly seconds: number[];
}

/** The latest of what was observed, in bounded memory, for who looks at it now and then. */
export class RecentReadings {
  readonly #requests: number[] = [];
  readonly #starts: number[] = [];
  readonly #agents = new Map<string, Agent>();

  take(observation: Observation, time: number): void {
    switch (observation.kind) {
      case 'request-ended':
        keep(this.#requests, (observation.endedTime - observation.startedTime) / 1000);
        return;
      case 'sandbox-started':
        keep(this.#starts, (observation.readyTime - observation.startedTime) / 1000);
        return;
      case 'reasoned': {
        const { agent: name, seconds } = observation;
        const agent = this.#agents.get(name) ?? { answers: 0, lastTime: time, seconds: [] };
        if (!this.#agents.has(name) && this.#agents.size >= mostAgents) return;
        this.#agents.set(name, agent);
        agent.answers += 1;
        agent.lastTime = time;
        keep(agent.seconds, seconds);
      }
    }
  }

  /** Seconds: 95th percentile of the latest requests of the interface for programs; null for too few. */
  get requestP95(): number | null {
    return p95Of(this.#requests);
  }

  /** Seconds that runs waited for a sandbox; null where none did. */
  get sandboxStartMedian(): number | null {
    return nearestRank(this.#starts, 50);
  }

  get agents(): readonly AgentReading[] {
    return [...this.#agents].map(([name, { answers, lastTime, seconds }]) => ({
      name,
      answers,
      lastTime,
      p95Seconds: p95Of(seconds),
    }));
  }
}

function keep(values: number[], value: number): void {
  values.push(Math.max(0, value));
  if (values.length > mostValues) values.shift();
}
