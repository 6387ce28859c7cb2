import { callDocker, type DockerClient, isStatus } from './dockerApi.ts';
import { type ContainerOwner, isOrphan, ownerLabels } from './owner.ts';

/** Kills and removes a container with its volumes; one that is gone already is no error. */
export async function removeContainer(docker: DockerClient, id: string): Promise<void> {
  try {
    await callDocker(`remove the container ${id}`, (abortSignal) =>
      docker.getContainer(id).remove({ force: true, v: true, abortSignal }),
    );
  } catch (error) {
    // 404: no such container. 409: its removal is under way.
    if (!isStatus(error, 404, 409)) throw error;
  }
}

/**
 * Removes the containers of dead processes of this machine; never one of another live session.
 * Returns how many were removed.
 * @throws LabError `sandbox.unavailable`
 */
export async function sweepOrphans(docker: DockerClient, owner: ContainerOwner): Promise<number> {
  const containers = await callDocker('list the containers of dead sessions', (abortSignal) =>
    docker.listContainers({ all: true, filters: { label: [ownerLabels.session] }, abortSignal }),
  );
  const orphans = containers.filter((container) => isOrphan(container.Labels, owner));
  await Promise.all(orphans.map((container) => removeContainer(docker, container.Id)));
  return orphans.length;
}
