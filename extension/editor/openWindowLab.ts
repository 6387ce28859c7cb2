import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import * as vscode from 'vscode';
import type { Lab, LabOptions } from '../lab.ts';
import type { LabFolders } from '../labFolders.ts';
import { fixedWorkers, type ScalingPolicy } from '../orchestrator/workers/autoscaler.ts';
import type { LabHostOptions } from './labHost.ts';
import type { Log } from './log.ts';
import { readSetting } from './settings.ts';

/** How long after a run its successor finds sandboxes that are ready; each holds some 50 MB. */
const keepSandboxesMilliseconds = 300_000;

/** Opens a lab as the settings of the window say. */
export async function openWindowLab(
  options: Omit<LabHostOptions, 'folder'>,
  folders: LabFolders,
  hearers: Required<Pick<LabOptions, 'listener' | 'onAttempted'>>,
): Promise<Lab> {
  const { assets, clock, environment, log } = options;
  const socket = readSetting('strategyLab.sandbox.dockerSocket') || environment['STRATEGY_LAB_DOCKER_SOCKET'];
  const image = readSetting('strategyLab.sandbox.imageFile') || environment['STRATEGY_LAB_IMAGE'];
  const redisUrl = readSetting('strategyLab.runs.redis') || environment['STRATEGY_LAB_REDIS'] || undefined;
  const endpoint = readSetting('strategyLab.tracing.endpoint');
  // Loaded on first use: activation shall not pay for Docker's client, parsers and the rest.
  const { openLab, newShortId } = await import('../lab.ts');
  return openLab({
    folder: folders.lab,
    strategiesFolder: folders.strategies,
    assets,
    clock,
    newId: newShortId,
    ...hearers,
    nodePrograms: [process.execPath, ...nodesOnPath(environment['PATH'] ?? '')],
    keepSandboxesMilliseconds,
    redisUrl,
    onWarning: (message) => void vscode.window.showWarningMessage(message),
    instruments: {
      service: 'strategy-lab-editor',
      measures: true,
      tracesTo: endpoint ? { endpoint, name: 'strategyLab.tracing.endpoint' } : undefined,
      logSinks: [(record) => log.take(record)],
    },
    bubblewrap: environment['STRATEGY_LAB_BUBBLEWRAP'],
    runtimes: readSetting('strategyLab.sandbox.runtimes'),
    acceptMissingLimits: readSetting('strategyLab.sandbox.acceptMissingLimits'),
    ...(socket ? { dockerSocket: socket } : {}),
    ...(image ? { imageFile: image } : {}),
  });
}

/** Whether a changed setting is one that a lab has from its opening on. */
export function isForNewLab(event: vscode.ConfigurationChangeEvent): boolean {
  return ['strategyLab.sandbox', 'strategyLab.runs.redis'].some((id) => event.affectsConfiguration(id));
}

/** As many runs at once as the setting says, whatever the load; one where it cannot be read. */
export function windowPolicy(log: Log): ScalingPolicy {
  try {
    return fixedWorkers(readSetting('strategyLab.runs.concurrent'));
  } catch (error) {
    log.error('One run at a time', error);
    return fixedWorkers(1);
  }
}

function nodesOnPath(path: string): string[] {
  const name = process.platform === 'win32' ? 'node.exe' : 'node';
  return path
    .split(delimiter)
    .filter(Boolean)
    .map((folder) => join(folder, name))
    .filter((program) => existsSync(program));
}
