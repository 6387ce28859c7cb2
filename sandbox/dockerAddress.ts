import type { DockerOptions } from 'dockerode';
import { LabError } from '../extension/contracts/errors.ts';

/** What programs of Docker read of the environment. */
export type DockerEnvironment = Readonly<Record<string, string | undefined>>;

/** Ports that Docker's own client takes where none is named. */
const usualPorts = { http: '2375', https: '2376' } as const;

/**
 * The daemon that DOCKER_HOST names: what the client library would get wrong (TLS by any value of
 * DOCKER_TLS_VERIFY, the usual ports) or break down on. Empty where the library finds a local socket by itself.
 * @throws LabError `sandbox.unavailable` for what is no address of a daemon, and for ssh
 */
export function dockerAddress(environment: DockerEnvironment): DockerOptions {
  const { DOCKER_HOST: named = '', DOCKER_TLS_VERIFY: verify = '' } = environment;
  if (named === '' || /^(unix|npipe):\/\//.test(named)) return {};
  const url = URL.parse(named.includes('//') ? named : `tcp://${named}`);
  if (url?.protocol === 'ssh:') {
    throw new LabError(
      'sandbox.unavailable',
      'DOCKER_HOST names a daemon by ssh, which the lab cannot speak.',
      {
        action: `Forward its socket with ssh -NL /tmp/docker.sock:/var/run/docker.sock ${named}, and set DOCKER_HOST=unix:///tmp/docker.sock.`,
      },
    );
  }
  if (url === null || url.hostname === '' || !/^(tcp|https?):$/.test(url.protocol)) {
    throw new LabError('sandbox.unavailable', 'DOCKER_HOST is no address of a Docker daemon.', {
      action: 'Write it as unix:///var/run/docker.sock or tcp://host:2375, or unset it.',
    });
  }
  const isTls = verify !== '' || url.protocol === 'https:' || url.port === usualPorts.https;
  const protocol = isTls ? 'https' : 'http';
  return { host: url.hostname, port: url.port || usualPorts[protocol], protocol };
}
