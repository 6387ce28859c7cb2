import { untriedLimits } from '../../extension/contracts/isolation.ts';
import type { ForensicFinding } from '../../extension/contracts/sandboxEvidence.ts';
import type { StrategyLanguage } from '../../extension/contracts/strategyLanguage.ts';
import type { DockerClient } from '../dockerApi.ts';
import { DockerBackend, type DockerBackendOptions } from '../dockerBackend.ts';
import type { SandboxBackend } from '../sandbox.ts';
import { FindingsReader } from './findings.ts';
import { findTrace, mostTraceBytes, type Trace } from './readTrace.ts';
import { findTraceRuntime } from './traceRuntime.ts';

const lookMilliseconds = 250;

export interface TraceFindings {
  readonly calls: number;
  readonly isCut: boolean;
  readonly findings: readonly ForensicFinding[];
}

/** A sandbox under gVisor whose system calls are written down. */
export interface TracedSandbox {
  /** Name of the runtime. */
  readonly runtime: string;
  readonly backend: SandboxBackend;
  /** Calls `tooLong` once the trace is longer than is read, until the function that it answers is called. */
  watch(tooLong: () => void): () => void;
  /** What the sandboxes that were started have done. @throws LabError `not-found` for one that left no trace */
  findings(language: StrategyLanguage): Promise<TraceFindings>;
}

/**
 * Makes ready to run strategies under the daemon's runtime that traces system calls.
 * @throws LabError `sandbox.unavailable` with what is missing, `cancelled`
 */
export async function tracedSandbox(
  options: Omit<DockerBackendOptions, 'runtime' | 'onCreated'> & { readonly docker: DockerClient },
  signal: AbortSignal,
): Promise<TracedSandbox> {
  const runtime = await findTraceRuntime(options.docker, signal);
  /** Of each container its trace, once it was found. */
  const traces = new Map<string, Trace | null>();
  const onCreated = (id: string): void => void traces.set(id, null);
  const backend = new DockerBackend({ ...options, runtime: runtime.name, onCreated });
  const traceOf = async (id: string): Promise<Trace> => {
    const trace = traces.get(id) ?? (await findTrace(runtime, id));
    traces.set(id, trace);
    return trace;
  };
  const sizes = () => Promise.all([...traces.keys()].map(async (id) => (await traceOf(id)).size()));
  return {
    runtime: runtime.name,
    backend: withoutCanaries(backend),
    watch(tooLong) {
      const timer = setInterval(() => {
        sizes().then(
          (all) => {
            if (all.some((size) => size > mostTraceBytes)) tooLong();
          },
          // Before its start a container has no trace yet.
          () => undefined,
        );
      }, lookMilliseconds);
      return () => clearInterval(timer);
    },
    async findings(language) {
      const reader = new FindingsReader(language);
      let isCut = false;
      for (const id of traces.keys()) {
        const trace = await traceOf(id);
        isCut = (await trace.read((line) => reader.take(line))) || isCut;
      }
      return { ...reader.finish(), isCut };
    },
  };
}

/** The same backend, taken without a trial of its limits: canaries would fill the trace, and nothing is decided by it. */
function withoutCanaries(backend: DockerBackend): SandboxBackend {
  const { name, level, languages } = backend;
  return {
    name,
    level,
    languages,
    probe: async () => ({
      ...{ name, level, state: 'ready', problem: null, action: null, note: null, limits: untriedLimits },
    }),
    prepare: (...wanted) => backend.prepare(...wanted),
    start: (options) => backend.start(options),
  };
}
