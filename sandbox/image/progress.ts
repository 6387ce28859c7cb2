import type { DockerClient } from '../dockerApi.ts';

/** Waits for the end of Docker's progress messages; one of them may be an error. */
export function followProgress(docker: DockerClient, stream: NodeJS.ReadableStream): Promise<void> {
  return new Promise((resolve, reject) => {
    docker.modem.followProgress(
      stream,
      (error: Error | null, messages: readonly { readonly error?: unknown }[]) => {
        const failed = messages?.find((message) => message.error !== undefined);
        if (error !== null) reject(error);
        else if (failed !== undefined) reject(new Error(String(failed.error).slice(0, 500)));
        else resolve();
      },
    );
  });
}
