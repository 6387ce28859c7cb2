import type { Finding } from '../contracts/guardian.ts';
import type { HealthReport, ServiceHealth } from '../contracts/health.ts';
import type { Cancellation, Decision } from '../contracts/saga.ts';
import type { ParameterValues } from '../contracts/strategy.ts';
import type { StrategyLanguage } from '../contracts/strategyLanguage.ts';
import type { JournalRow } from '../storage/bus/busPort.ts';
import type { Caller } from './caller.ts';
import type { DataChoice, LogLine, SettingsChoice, StrategyChoice, Task } from './wire.ts';

/* What the interface for programs needs of the lab. */

export interface TaskRequest {
  readonly tool: string;
  readonly priority: number;
  readonly prompt?: string | undefined;
  readonly strategy?: StrategyChoice | undefined;
  readonly data?: DataChoice | undefined;
  readonly params?: ParameterValues | undefined;
  readonly settings?: SettingsChoice | undefined;
  /** Steps to wait after; those of the tool where left out. */
  readonly gates?: readonly string[] | undefined;
  /** Milliseconds from now on before which it is not started. */
  readonly delay?: number | undefined;
  /** UTC milliseconds after which it is not started any more. */
  readonly deadline?: number | undefined;
}

/** How the work stands. */
export interface WorkReading {
  /** Tasks that wait for a worker. */
  readonly queueDepth: number;
  /** Tasks at work. */
  readonly activeWorkers: number;
  readonly workers: number;
  readonly isPaused: boolean;
}

/** Figures of the tasks that came to rest of late; null for what too few of them tell. */
export interface WorkStatistics {
  readonly windowMilliseconds: number;
  readonly tasks: number;
  /** Tasks a minute. */
  readonly throughput: number;
  /** Share of the workers' time that was worked, 0 to 1; of the time since this program began. */
  readonly utilisation: number | null;
  /** Share of tasks that did not fail, 0 to 1. */
  readonly successRate: number | null;
  /** Milliseconds from start to rest. */
  readonly latency: { readonly p50: number; readonly p95: number; readonly p99: number } | null;
}

/** Tasks of the lab. A task of another tenant is `not-found`, unless the caller owns the lab. */
export interface TaskPort {
  /** Starts a task and answers at once. @throws LabError `usage`, `data.missing`, `strategy.guard`, ... */
  start(request: TaskRequest, caller: Caller): Promise<Task>;
  view(id: string, caller: Caller): Promise<Task>;
  /** The newest first. */
  list(caller: Caller): Promise<Task[]>;
  /** @throws LabError `saga.state`, `conflict` where the evidence is another by now */
  decide(id: string, decision: Decision, caller: Caller): Promise<Task>;
  /** Ends a task at any time: what it did is undone. @throws LabError `saga.state` for one that has ended */
  cancel(id: string, cancellation: Cancellation, caller: Caller): Promise<Task>;
  /** Stops a task so that it can go on later. @throws LabError `conflict` for one that is not at work here */
  stop(id: string, caller: Caller): Promise<Task>;
  /** Goes on with a task that was interrupted. @throws LabError `saga.state` */
  goOn(id: string, caller: Caller): Promise<Task>;
  /** Changes how soon a task that waits has its turn. @throws LabError `saga.state` for one that does not wait */
  setPriority(id: string, priority: number, caller: Caller): Promise<Task>;
  /** Resolves once a task is at rest, or `milliseconds` have passed. */
  atRest(id: string, milliseconds: number, caller: Caller): Promise<void>;
  log(id: string, caller: Caller): Promise<LogLine[]>;
  logOfTrace(traceId: string, caller: Caller): Promise<LogLine[]>;
  /** Writes down that a task is for an agent. */
  route(id: string, agentId: string, caller: Caller): Promise<Task>;
}

export interface WorkPort {
  reading(): Promise<WorkReading>;
  statistics(): Promise<WorkStatistics>;
  scale(workers: number): Promise<void>;
  /** Starts nothing any more; what is at work goes on. */
  pause(): Promise<void>;
  resume(): Promise<void>;
}

export interface Agent {
  readonly agentId: string;
  readonly name: string;
  /** Tools whose tasks it takes. */
  readonly tools: readonly string[];
  readonly tenant: string;
  readonly registeredTime: number;
}

export interface AgentPort {
  /** Registers an agent; the same one again changes its name and tools. @throws LabError `conflict` for another tenant's */
  register(agent: Omit<Agent, 'registeredTime'>, traceId: string): Promise<Agent>;
  /** @throws LabError `not-found` */
  find(agentId: string, caller: Caller): Promise<Agent>;
}

/** What happens in the lab, for those who follow it. */
export interface EventPort {
  after(position: number, limit: number): Promise<JournalRow[]>;
  last(): Promise<number>;
  /** Calls back when there may be new events, until the answered function is called. */
  onNews(wake: () => void): () => void;
  /** Whether the caller may see what happened in a stream. */
  maySee(stream: string, caller: Caller): Promise<boolean>;
}

export interface Exposition {
  readonly contentType: string;
  readonly text: string;
}

export interface ApiPorts {
  readonly tasks: TaskPort;
  readonly work: WorkPort;
  readonly agents: AgentPort;
  readonly events: EventPort;
  readonly guard: (source: string, language: StrategyLanguage) => readonly Finding[];
  readonly health: {
    /** From memory alone. */
    service(): ServiceHealth;
    report(): Promise<HealthReport>;
  };
  readonly metrics: () => Promise<Exposition>;
}
