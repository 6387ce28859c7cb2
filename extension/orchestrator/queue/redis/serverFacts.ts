import { LabError } from '../../../contracts/errors.ts';

/** The oldest server that has all that the scripts need: their first line, and how XAUTOCLAIM answers. */
const oldestVersion = 7;

/** Something about a server that does not stop the lab, but may cost it what it keeps there. */
export interface RedisWarning {
  /** One sentence. */
  readonly message: string;
  /** One sentence that tells what to do. */
  readonly action: string;
}

/**
 * What stands against keeping a lab on the server at `place`, from its answer to INFO: at most one warning, the
 * gravest. Throws `queue.unavailable` for one that is too old or a replica.
 */
export function checkServer(place: string, info: string): RedisWarning | null {
  const fact = (name: string) => new RegExp(`^${name}:(.*?)\\r?$`, 'm').exec(info)?.[1];
  const version = fact('redis_version') ?? 'unknown';
  if (!(Number.parseInt(version, 10) >= oldestVersion)) {
    throw new LabError(
      'queue.unavailable',
      `The Redis server at ${place} has version ${version}, and Strategy Lab needs ${oldestVersion}.0 or later.`,
      { action: `Update it to Redis ${oldestVersion}.0 or later, or to Valkey.` },
    );
  }
  if (fact('role') === 'slave') {
    throw new LabError(
      'queue.unavailable',
      `The Redis server at ${place} is a replica, which takes nothing.`,
      {
        action: 'Give the address of the primary server.',
      },
    );
  }
  const policy = fact('maxmemory_policy');
  if (policy !== undefined && policy !== 'noeviction' && fact('maxmemory') !== '0') {
    return {
      message: `The Redis server at ${place} may throw tasks away when its memory is full (maxmemory-policy ${policy}).`,
      action: 'Set its maxmemory-policy to noeviction.',
    };
  }
  if (fact('aof_enabled') === '0') {
    return {
      message: `The Redis server at ${place} keeps no append-only file, so a restart of it may lose tasks.`,
      action: 'Set its appendonly to yes.',
    };
  }
  return null;
}
