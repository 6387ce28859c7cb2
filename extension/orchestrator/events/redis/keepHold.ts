import { LabError } from '../../../contracts/errors.ts';
import type { GroupHold } from '../eventLog.ts';

/** How long the server keeps a hold that is not renewed. */
export const holdMilliseconds = 5000;
const renewMilliseconds = 1500;

/**
 * Renews a hold until it is released. One that was not renewed in its time counts as lost, whether the server refuses,
 * fails or does not answer. `begun`: when the hold was asked for, as `performance.now()` tells it.
 */
export function keepHold(
  name: string,
  begun: number,
  renew: () => Promise<boolean>,
  release: () => Promise<void>,
): GroupHold {
  const lost = new AbortController();
  const stop = () => {
    clearInterval(renewing);
    clearTimeout(ending);
  };
  const lose = () => {
    stop();
    lost.abort(
      new LabError('conflict', `Another process delivers to the group ${name}.`, {
        action: 'Leave it to that process.',
      }),
    );
  };
  const endAt = (time: number) => {
    const timer = setTimeout(lose, time - performance.now());
    timer.unref();
    return timer;
  };
  let isReleased = false;
  let ending = endAt(begun + holdMilliseconds);
  const renewing = setInterval(() => {
    const asked = performance.now();
    renew().then(
      (isRenewed) => {
        if (lost.signal.aborted || isReleased) return;
        if (!isRenewed) return lose();
        clearTimeout(ending);
        ending = endAt(asked + holdMilliseconds);
      },
      // What failed is tried again until the time is over.
      () => {},
    );
  }, renewMilliseconds);
  renewing.unref();
  return {
    lost: lost.signal,
    release: async () => {
      isReleased = true;
      stop();
      await release();
    },
  };
}
