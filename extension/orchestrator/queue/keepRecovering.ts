import { recoveryMilliseconds, type TaskQueue } from '../../contracts/tasks.ts';

export interface RecoveryOptions {
  readonly queue: Pick<TaskQueue, 'recover'>;
  /** Hears of a look that failed; the next one is made all the same. */
  readonly onError: (error: unknown) => void;
}

/** Looks for lost work at once and then every `recoveryMilliseconds.scan`, until it is told to stop. */
export function keepRecovering({ queue, onError }: RecoveryOptions): () => void {
  let isLooking = false;
  const look = async () => {
    if (isLooking) return;
    isLooking = true;
    try {
      await queue.recover();
    } catch (error) {
      onError(error);
    } finally {
      isLooking = false;
    }
  };
  const timer = setInterval(look, recoveryMilliseconds.scan);
  timer.unref();
  void look();
  return () => clearInterval(timer);
}
