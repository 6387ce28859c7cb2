import { LabError } from '../extension/contracts/errors.ts';
import {
  brokenLimits,
  type IsolationLevel,
  isAtLeast,
  isolationLevels,
  type LimitName,
} from '../extension/contracts/isolation.ts';
import { languageNames, type StrategyLanguage } from '../extension/contracts/strategyLanguage.ts';
import type { BackendStatus, SandboxBackend } from './sandbox.ts';

/** What every backend says of itself, strongest level first. */
export async function probeBackends(
  backends: readonly SandboxBackend[],
  signal: AbortSignal,
): Promise<BackendStatus[]> {
  return Promise.all(strongestFirst(backends).map((backend) => backend.probe(signal)));
}

/** What was chosen for a run. */
export interface ChosenBackend {
  readonly backend: SandboxBackend;
  readonly status: BackendStatus;
  /** The stronger backends that were not taken, each with its reason. */
  readonly passedOver: readonly BackendStatus[];
}

export interface BackendChoice {
  readonly backends: readonly SandboxBackend[];
  /** Lowest level that will do. */
  readonly minimum: IsolationLevel;
  /** Limits without which a backend is taken all the same. */
  readonly acceptMissingLimits?: readonly LimitName[];
  /** What it must run; JavaScript where left out. */
  readonly language?: StrategyLanguage;
  /** Hears what is made meanwhile and takes a while. */
  readonly announce?: (text: string) => void;
  readonly signal: AbortSignal;
}

/**
 * The strongest backend that is ready, or can be made ready, isolates at least as well as `minimum`, and
 * whose limits hold but for those accepted. Nothing weaker is ever taken in its place.
 * @throws LabError `sandbox.level` that says of each backend why it was not taken, `cancelled`
 */
export async function chooseBackend(choice: BackendChoice): Promise<ChosenBackend> {
  const { minimum, acceptMissingLimits = [], signal, language = 'javascript' } = choice;
  const passedOver: BackendStatus[] = [];
  let best: Omit<ChosenBackend, 'passedOver'> | undefined;
  for (const backend of strongestFirst(choice.backends)) {
    if (!isAtLeast(backend.level, minimum)) break;
    // One that was found below what it claims is taken where no other can be better.
    if (best !== undefined && isAtLeast(best.status.level, backend.level)) break;
    const found = await readyStatus(backend, signal, language, choice.announce);
    signal.throwIfAborted();
    const status = refuseBelow(refuseBroken(found, acceptMissingLimits), minimum);
    if (status.state !== 'ready') passedOver.push(status);
    else if (best === undefined || !isAtLeast(best.status.level, status.level)) best = { backend, status };
  }
  if (best !== undefined) return { ...best, passedOver };
  const reasons = passedOver.map(({ name, problem }) => `${name}: ${problem ?? 'not ready'}`).join(' ');
  const advised = passedOver.filter(({ action }) => action !== null);
  // What was asked for is nearer than what is stronger.
  const nearest = advised.find(({ level }) => level === minimum) ?? advised[0];
  const wanted = language === 'javascript' ? '' : ` for ${languageNames[language]}`;
  const problem = `No sandbox${wanted} of at least level ${minimum} is there. ${reasons}`.trim();
  throw new LabError('sandbox.level', problem, {
    action: nearest?.action ?? 'Run `strategy-lab doctor` to see what is missing, or allow a lower level.',
  });
}

/** The status as the policy has it: a limit that was seen not to hold is a refusal, unless it is accepted. */
export function refuseBroken(status: BackendStatus, accepted: readonly LimitName[]): BackendStatus {
  const broken = brokenLimits(status.limits).filter((name) => !accepted.includes(name));
  if (status.state !== 'ready' || broken.length === 0) return status;
  const names = broken.join(', ');
  return {
    ...status,
    state: 'unavailable',
    problem: `Its canaries got past these limits: ${names}.`,
    action: `${status.action ?? brokenAdvice(broken)} Or accept it, knowing what it means: --accept-missing-limits ${broken.join(',')}, in the editor strategyLab.sandbox.acceptMissingLimits.`,
  };
}

function brokenAdvice(broken: readonly LimitName[]): string {
  if (broken.some((name) => name === 'memory' || name === 'processes' || name === 'processor')) {
    return 'Let the kernel enforce limits: enable the cgroups memory, pids and cpu, and run runsc without --ignore-cgroups.';
  }
  return 'Look at the configuration of the runtime: `strategy-lab sandbox audit` tells what got through.';
}

function refuseBelow(status: BackendStatus, minimum: IsolationLevel): BackendStatus {
  if (status.state !== 'ready' || isAtLeast(status.level, minimum)) return status;
  return {
    ...status,
    state: 'unavailable',
    problem: `It was found at the level ${status.level} only.`,
    action: 'Look at which runtime Docker starts under this name, or allow a lower level.',
  };
}

function strongestFirst(backends: readonly SandboxBackend[]): SandboxBackend[] {
  return backends.toSorted((a, b) => isolationLevels.indexOf(a.level) - isolationLevels.indexOf(b.level));
}

async function readyStatus(
  backend: SandboxBackend,
  signal: AbortSignal,
  language: StrategyLanguage,
  announce: ((text: string) => void) | undefined,
): Promise<BackendStatus> {
  const status = await backend.probe(signal);
  if (status.state === 'unavailable') return status;
  if (!(backend.languages ?? ['javascript']).includes(language)) {
    const problem = `It does not run ${languageNames[language]}.`;
    return { ...status, state: 'unavailable', problem, action: null };
  }
  if (status.state === 'ready' && language === 'javascript') return status;
  try {
    await backend.prepare(signal, 'javascript', announce);
    if (language !== 'javascript') await backend.prepare(signal, language, announce);
  } catch (error) {
    if (!LabError.is(error)) throw error;
    return { ...status, state: 'unavailable', problem: error.message, action: error.action ?? null };
  }
  return backend.probe(signal);
}
