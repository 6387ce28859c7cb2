import type { DockerClient } from './dockerApi.ts';

/**
 * The connection to a container's input and output. Its request has no body: dockerode's own has, and Podman takes
 * that for the first bytes of the input.
 * @throws what the client throws
 */
export function attachTo(
  docker: DockerClient,
  container: string,
  abortSignal: AbortSignal,
): Promise<NodeJS.ReadWriteStream> {
  const request = {
    // Of a path with a query the client drops the last character.
    path: `/containers/${encodeURIComponent(container)}/attach?stream=1&stdin=1&stdout=1&stderr=1&`,
    method: 'POST',
    isStream: true,
    hijack: true,
    openStdin: true,
    file: Buffer.alloc(0),
    abortSignal,
    statusCodes: { 200: true, 400: 'bad parameter', 404: 'no such container', 500: 'server error' },
  };
  return new Promise((resolve, reject) => {
    docker.modem.dial(request, (error: unknown, stream: unknown) => {
      if (error) reject(error);
      else resolve(stream as NodeJS.ReadWriteStream);
    });
  });
}
