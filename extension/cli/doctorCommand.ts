import { createRequire } from 'node:module';
import { probeBackends } from '../../sandbox/probe.ts';
import { isolationDescriptions } from '../contracts/isolation.ts';
import type { Lab } from '../lab.ts';
import { describeError, type Terminal } from './terminal.ts';

interface Check {
  readonly name: string;
  readonly state: 'ok' | 'missing' | 'problem';
  readonly detail: string;
  readonly action: string | null;
}

/** Tells what is there and what to do about what is not; true when strategies can run at all. */
export async function doctorCommand(lab: Lab, terminal: Terminal, signal: AbortSignal): Promise<boolean> {
  const checks: Check[] = [nodeCheck(), sqliteCheck(), await journalCheck(lab)];
  const statuses = await probeBackends(lab.backends, signal);
  for (const status of statuses) {
    const memory =
      status.memoryLimitHolds === null
        ? ''
        : status.memoryLimitHolds
          ? '; the memory limit holds'
          : '; the memory limit does not hold';
    checks.push({
      name: status.name,
      state: status.state === 'unavailable' ? 'missing' : 'ok',
      detail: `${isolationDescriptions[status.level]}${memory}${status.problem === null ? '' : `. ${status.problem}`}`,
      action: status.action,
    });
  }
  const usable = statuses.filter(({ state }) => state !== 'unavailable');
  const level = usable[0]?.level ?? 'none';
  const isHealthy = usable.length > 0 && checks.every(({ state }) => state !== 'problem');
  terminal.document({ healthy: isHealthy, level, lab: lab.folder, checks });
  for (const { name, state, detail, action } of checks) {
    terminal.say(`${state.padEnd(8)} ${name.padEnd(13)} ${detail}`);
    if (action !== null) terminal.say(`${' '.repeat(23)}${action}`);
  }
  terminal.say(`Strategies run at the level ${level}: ${isolationDescriptions[level]}.`);
  return isHealthy;
}

function nodeCheck(): Check {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const isEnough = major > 22 || (major === 22 && minor >= 13);
  return {
    name: 'node',
    state: isEnough ? 'ok' : 'problem',
    detail: `Node ${process.versions.node}`,
    action: isEnough ? null : 'Use Node 22.13 or later; npm start brings its own.',
  };
}

function sqliteCheck(): Check {
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

async function journalCheck(lab: Lab): Promise<Check> {
  try {
    const runs = await (await lab.sagas()).list();
    return { name: 'lab', state: 'ok', detail: `${lab.folder}, ${runs.length} runs`, action: null };
  } catch (error) {
    const { message, action } = describeError(error);
    return { name: 'lab', state: 'problem', detail: message, action };
  }
}
