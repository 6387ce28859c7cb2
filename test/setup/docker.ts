import { join } from 'node:path';
import { startDockerDaemon } from './dockerDaemon.ts';

/** Where the tests' own Docker daemon keeps its data; images stay there from run to run. */
export const dockerFolder = join(import.meta.dirname, '../../.cache/docker');

/** Gives the tests of the `docker` project a daemon, unless STRATEGY_LAB_DOCKER_SOCKET names one. */
export async function setup(): Promise<(() => Promise<void>) | undefined> {
  if (process.env['STRATEGY_LAB_DOCKER_SOCKET'] !== undefined) return undefined;
  const daemon = await startDockerDaemon(dockerFolder);
  process.env['STRATEGY_LAB_DOCKER_SOCKET'] = daemon.socketPath;
  return () => daemon.stop();
}
