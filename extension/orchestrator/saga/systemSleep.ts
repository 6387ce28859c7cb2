import { setTimeout as delay } from 'node:timers/promises';
import type { Sleep } from './stepWork.ts';

/** `keepsAlive`: whether the process waits for it before it ends. */
export function systemSleep(keepsAlive: boolean): Sleep {
  return async (milliseconds, signal) => {
    await delay(milliseconds, undefined, { signal, ref: keepsAlive }).catch(() => {});
  };
}
