import { statusTexts } from '../../../webviews/saga/statusTexts.ts';
import type { GraphNodeStatus } from '../../contracts/sagaPanel.ts';
import type { Say } from './say.ts';

export function statusText(status: GraphNodeStatus, say: Say): string {
  return say(statusTexts[status]);
}

/** The last part of a path. */
export function fileName(path: string): string {
  return path.split(/[\\/]/).at(-1) ?? path;
}
