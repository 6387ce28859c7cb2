import { LabError } from '../extension/contracts/errors.ts';
import { type IsolationLevel, isAtLeast, isolationLevels } from '../extension/contracts/isolation.ts';
import type { BackendStatus, SandboxBackend } from './sandbox.ts';

/** What every backend says of itself, strongest level first. */
export async function probeBackends(
  backends: readonly SandboxBackend[],
  signal: AbortSignal,
): Promise<BackendStatus[]> {
  return Promise.all(strongestFirst(backends).map((backend) => backend.probe(signal)));
}

export interface ChosenBackend {
  readonly backend: SandboxBackend;
  readonly status: BackendStatus;
  /** The stronger backends that were not taken, each with its reason. */
  readonly passedOver: readonly BackendStatus[];
}

/**
 * The strongest backend that is ready, or can be made ready, and isolates at least as well as `minimum`.
 * Nothing weaker is ever taken in its place.
 * @throws LabError `sandbox.level` that says of each backend why it was not taken, `cancelled`
 */
export async function chooseBackend(
  backends: readonly SandboxBackend[],
  minimum: IsolationLevel,
  signal: AbortSignal,
): Promise<ChosenBackend> {
  const passedOver: BackendStatus[] = [];
  for (const backend of strongestFirst(backends)) {
    if (!isAtLeast(backend.level, minimum)) break;
    const status = await readyStatus(backend, signal);
    signal.throwIfAborted();
    if (status.state === 'ready') return { backend, status, passedOver };
    passedOver.push(status);
  }
  const reasons = passedOver.map(({ name, problem }) => `${name}: ${problem ?? 'not ready'}`).join(' ');
  const advice = passedOver.map(({ action }) => action).filter((action) => action !== null);
  throw new LabError('sandbox.level', `No sandbox of at least level ${minimum} is there. ${reasons}`.trim(), {
    action: advice[0] ?? 'Run `strategy-lab doctor` to see what is missing, or allow a lower level.',
  });
}

function strongestFirst(backends: readonly SandboxBackend[]): SandboxBackend[] {
  return backends.toSorted((a, b) => isolationLevels.indexOf(a.level) - isolationLevels.indexOf(b.level));
}

async function readyStatus(backend: SandboxBackend, signal: AbortSignal): Promise<BackendStatus> {
  const status = await backend.probe(signal);
  if (status.state !== 'unprepared') return status;
  try {
    await backend.prepare(signal);
  } catch (error) {
    if (!LabError.is(error)) throw error;
    return { ...status, state: 'unavailable', problem: error.message, action: error.action ?? null };
  }
  return backend.probe(signal);
}
