import Docker from 'dockerode';
import { LabError } from '../extension/contracts/errors.ts';
import { type DockerEnvironment, dockerAddress } from './dockerAddress.ts';

export type DockerClient = Docker;

/** Longest wait for an ordinary call of the Docker API, in milliseconds. */
export const callMilliseconds = 15_000;

/** Takes back what the library reads of DOCKER_HOST, for a client of a socket that was named otherwise. */
const noHost = {
  host: undefined,
  port: undefined,
  protocol: 'http',
  ca: undefined,
  cert: undefined,
  key: undefined,
} as const;

/**
 * A client of the daemon at `socketPath`, else of the one that DOCKER_HOST or the system's default names. Where the
 * environment names none rightly, each call of the client says so: a lab can do without Docker.
 */
export function connectDocker(socketPath = '', environment: DockerEnvironment = process.env): DockerClient {
  try {
    return new Docker(socketPath === '' ? dockerAddress(environment) : { ...noHost, socketPath });
  } catch (error) {
    return clientWithout(LabError.is(error) ? error : unreadable(error));
  }
}

/** The library reads DOCKER_HOST, and the files of DOCKER_CERT_PATH, whatever it is told. */
function unreadable(error: unknown): LabError {
  return new LabError(
    'sandbox.unavailable',
    `The address of the Docker daemon cannot be used: ${textOf(error)}.`,
    {
      action: 'Mend or unset DOCKER_HOST and DOCKER_CERT_PATH, the folder of ca.pem, cert.pem and key.pem.',
      cause: error,
    },
  );
}

function clientWithout(error: LabError): DockerClient {
  const dial = (_options: unknown, answer: (error: unknown) => void): void => answer(error);
  // The types of the library do not tell of it.
  const options: object = { modem: { dial } };
  return new Docker(options);
}

/** HTTP status of a failed call of the Docker API; undefined where there was none. */
export function statusOf(error: unknown): number | undefined {
  if (typeof error !== 'object' || error === null || !('statusCode' in error)) return undefined;
  return typeof error.statusCode === 'number' ? error.statusCode : undefined;
}

function textOf(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).replace(/[\s.]+$/, '');
}

function adviceOn(error: unknown): string {
  const code = (error as NodeJS.ErrnoException | undefined)?.code;
  if (code === 'EACCES') return 'Add your user to the group docker, and log in again.';
  if (code === 'ENOENT' || code === 'ECONNREFUSED') {
    return 'Install and start Docker, or point DOCKER_HOST to a daemon that runs.';
  }
  if (/CERT|TLS|SSL|VERIFY|EPROTO/.test(code ?? '') || /HTTPS server/.test(textOf(error))) {
    return 'Set DOCKER_TLS_VERIFY=1, and DOCKER_CERT_PATH to the folder of the ca.pem, cert.pem and key.pem of this daemon.';
  }
  return 'Mend what Docker says there; the log of its daemon tells more.';
}

/**
 * Makes one call of the Docker API with a limit of time: a daemon that hangs never hangs its caller.
 * `what` completes the sentence "Docker could not ...".
 * @throws LabError `sandbox.unavailable` with the call's error as cause, `cancelled`
 */
export async function callDocker<T>(
  what: string,
  call: (signal: AbortSignal) => Promise<T>,
  options: { readonly milliseconds?: number; readonly signal?: AbortSignal } = {},
): Promise<T> {
  const milliseconds = options.milliseconds ?? callMilliseconds;
  const controller = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  let onAbort: (() => void) | undefined;
  const interrupted = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(
        new LabError('sandbox.unavailable', `Docker could not ${what} within ${milliseconds / 1000} s.`, {
          action: 'Look whether the Docker daemon is overloaded or stuck, and restart it.',
        }),
      );
    }, milliseconds);
    onAbort = () => reject(new LabError('cancelled', `Cancelled while Docker was to ${what}.`));
    if (options.signal?.aborted === true) onAbort();
    else options.signal?.addEventListener('abort', onAbort, { once: true });
  });
  try {
    return await Promise.race([call(controller.signal), interrupted]);
  } catch (error) {
    controller.abort();
    if (error instanceof LabError) throw error;
    throw new LabError('sandbox.unavailable', `Docker could not ${what}: ${textOf(error)}.`, {
      action: adviceOn(error),
      cause: error,
    });
  } finally {
    clearTimeout(timer);
    if (onAbort !== undefined) options.signal?.removeEventListener('abort', onAbort);
  }
}

/** True when `error` of `callDocker` is an answer of the daemon with one of the HTTP `statuses`. */
export function isStatus(error: unknown, ...statuses: readonly number[]): boolean {
  const status = error instanceof LabError ? statusOf(error.cause) : undefined;
  return status !== undefined && statuses.includes(status);
}
