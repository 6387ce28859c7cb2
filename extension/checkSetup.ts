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
import { limitsText } from './reports/limitsText.ts';

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
}

/** Finds out what this machine has for the lab, and what to do about what it has not. */
export async function checkSetup(lab: Lab, signal: AbortSignal): Promise<SetupReport> {
  const found = await probeBackends(lab.backends, signal);
  const backends = found.map((status) => refuseBroken(status, lab.acceptMissingLimits));
  const checks = [nodeCheck(), sqliteCheck(), await journalCheck(lab), ...backends.map(backendCheck)];
  const usable = backends
    .filter(({ state }) => state !== 'unavailable')
    .toSorted((a, b) => isolationLevels.indexOf(a.level) - isolationLevels.indexOf(b.level));
  return {
    healthy: usable.length > 0 && checks.every(({ state }) => state !== 'problem'),
    level: usable[0]?.level ?? 'none',
    lab: lab.folder,
    checks,
    backends,
  };
}

function backendCheck(status: BackendStatus): SetupCheck {
  const limits = wereTried(status.limits) ? `; ${limitsText(status.limits)}` : '';
  return {
    name: status.name,
    state: status.state === 'unavailable' ? 'missing' : 'ok',
    detail: `${isolationDescriptions[status.level]}${limits}${[status.problem, status.note].map((text) => (text === null ? '' : `. ${text}`)).join('')}`,
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

async function journalCheck(lab: Lab): Promise<SetupCheck> {
  try {
    const runs = await (await lab.sagas()).list();
    return { name: 'lab', state: 'ok', detail: `${lab.folder}, ${runs.length} runs`, action: null };
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    return {
      name: 'lab',
      state: 'problem',
      detail,
      action: (LabError.is(error) && error.action) || 'Look at the log for the cause.',
    };
  }
}
