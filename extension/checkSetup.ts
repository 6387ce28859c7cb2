import { createRequire } from 'node:module';
import { probeBackends, refuseBroken } from '../sandbox/probe.ts';
import type { BackendStatus } from '../sandbox/sandbox.ts';
import { LabError } from './contracts/errors.ts';
import {
  type IsolationLevel,
  isolationDescriptions,
  isolationLevels,
  wereTried,
} from './contracts/isolation.ts';
import type { Lab } from './lab.ts';
import { isLab } from './labFolders.ts';
import { journalBytesOf } from './observability/health/hostState.ts';
import { type CounterSample, sandboxAttempts } from './observability/sandboxAttempts.ts';
import { limitsText } from './reports/limitsText.ts';
import { checkWholeJournal, mostBytesChecked } from './storage/database.ts';
import { journalLocation } from './storage/openJournal.ts';

export interface SetupCheck {
  readonly name: string;
  readonly state: 'ok' | 'missing' | 'problem';
  readonly detail: string;
  readonly action: string | null;
}

export interface SetupReport {
  /** True when strategies can run at all and nothing is broken. */
  readonly healthy: boolean;
  /** The strongest isolation that is there. */
  readonly level: IsolationLevel;
  readonly lab: string;
  readonly checks: readonly SetupCheck[];
  readonly backends: readonly BackendStatus[];
  /** Attempts to break out of a sandbox that the lab has on record; null where its journal cannot be read. */
  readonly attempts: readonly CounterSample[] | null;
}

/**
 * Finds out what this machine has for the lab, and what to do about what it has not. `isThorough`: also reads through
 * a large journal, which its opening does not; this thread does nothing else meanwhile.
 */
export async function checkSetup(
  lab: Lab,
  signal: AbortSignal,
  { isThorough = false }: { readonly isThorough?: boolean } = {},
): Promise<SetupReport> {
  const found = await probeBackends(lab.backends, signal);
  const backends = found.map((status) => refuseBroken(status, lab.acceptMissingLimits));
  const python = await pythonCheck(lab, backends, signal);
  const journal = await journalCheck(lab, isThorough);
  const checks = [nodeCheck(), sqliteCheck(), journal.check, ...backends.map(backendCheck), python];
  const usable = backends
    .filter(({ state }) => state !== 'unavailable')
    .toSorted((a, b) => isolationLevels.indexOf(a.level) - isolationLevels.indexOf(b.level));
  return {
    healthy: usable.length > 0 && checks.every(({ state }) => state !== 'problem'),
    level: usable[0]?.level ?? 'none',
    lab: lab.folder,
    checks,
    backends,
    attempts: journal.attempts,
  };
}

/** Whether strategies in Python can run: they need one of the backends that are made for it, and its image. */
async function pythonCheck(
  lab: Lab,
  statuses: readonly BackendStatus[],
  signal: AbortSignal,
): Promise<SetupCheck> {
  const name = 'python';
  const able = lab.backends.filter(({ languages }) => languages?.includes('python'));
  const mine = statuses.filter((status) => able.some((backend) => backend.name === status.name));
  if (mine.every(({ state }) => state === 'unavailable')) {
    const detail = 'Strategies in Python run in Docker alone.';
    return { name, state: 'missing', detail, action: mine.at(-1)?.action ?? 'Install and start Docker.' };
  }
  const isBuilt = await lab.hasPythonImage(signal).catch(() => false);
  const detail = isBuilt
    ? 'The sandbox image for strategies in Python is built.'
    : 'The sandbox image for Python is built when the first strategy in Python runs.';
  return { name, state: 'ok', detail, action: null };
}

function backendCheck(status: BackendStatus): SetupCheck {
  const limits = wereTried(status.limits) ? `; ${limitsText(status.limits)}` : '';
  const found = `${isolationDescriptions[status.level]}${limits}`;
  const sentences = [status.problem, status.note].filter((text) => text !== null);
  return {
    name: status.name,
    state: status.state === 'unavailable' ? 'missing' : 'ok',
    detail: sentences.length === 0 ? found : [`${found}.`, ...sentences].join(' '),
    action: status.action,
  };
}

function nodeCheck(): SetupCheck {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const isEnough = major > 22 || (major === 22 && minor >= 13);
  return {
    name: 'node',
    state: isEnough ? 'ok' : 'problem',
    detail: `Node ${process.versions.node}`,
    action: isEnough ? null : 'Use Node 22.13 or later; npm start brings its own.',
  };
}

function sqliteCheck(): SetupCheck {
  try {
    createRequire(import.meta.url)('node:sqlite');
    return { name: 'node:sqlite', state: 'ok', detail: 'The journal can be kept.', action: null };
  } catch {
    return {
      name: 'node:sqlite',
      state: 'problem',
      detail: 'This Node has no node:sqlite, so no journal can be kept.',
      action: 'Use Node 22.13 or later.',
    };
  }
}

async function journalCheck(
  lab: Lab,
  isThorough: boolean,
): Promise<{ readonly check: SetupCheck; readonly attempts: SetupReport['attempts'] }> {
  if (!(await isLab(lab.folder))) {
    const detail = `${lab.folder} is made by the first run.`;
    return { check: { name: 'lab', state: 'ok', detail, action: null }, attempts: sandboxAttempts([]) };
  }
  try {
    const runs = await (await lab.sagas()).list();
    if (isThorough && ((await journalBytesOf(lab.folder)) ?? 0) > mostBytesChecked)
      checkWholeJournal(journalLocation(lab.folder));
    const detail = `${lab.folder}, ${runs.length} runs`;
    return {
      check: { name: 'lab', state: 'ok', detail, action: null },
      attempts: sandboxAttempts(runs),
    };
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    const action = (LabError.is(error) && error.action) || 'Look at the log for the cause.';
    return { check: { name: 'lab', state: 'problem', detail, action }, attempts: null };
  }
}
