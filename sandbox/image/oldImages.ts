import { callDocker, type DockerClient } from '../dockerApi.ts';

const keptMilliseconds = 24 * 3_600_000;

/**
 * Removes the images of a label with another value than `hash` that are older than a day and that nobody
 * uses: they cost 130 MB each. `now` is UTC milliseconds.
 * @throws LabError `sandbox.unavailable`
 */
export async function removeOldImages(
  docker: DockerClient,
  label: string,
  hash: string,
  now: number,
): Promise<void> {
  const images = await callDocker('list its images', (abortSignal) =>
    docker.listImages({ filters: JSON.stringify({ label: [label] }), abortSignal }),
  );
  for (const image of images) {
    if (image.Created * 1000 >= now - keptMilliseconds || image.Labels[label] === hash) continue;
    await callDocker('remove an image', (abortSignal) =>
      docker.getImage(image.Id).remove({ force: false, abortSignal }),
    ).catch(() => undefined);
  }
}
