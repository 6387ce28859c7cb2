import type { JournalEvents } from '../../storage/bus/busPort.ts';
import { type Caller, localTenant } from '../caller.ts';
import type { EventPort } from '../ports.ts';
import type { TaskRecords } from './taskRecords.ts';

export interface EventServices {
  readonly journal: () => Promise<JournalEvents>;
  readonly records: TaskRecords;
  /** How often to look for what other processes wrote, while someone follows. */
  readonly lookMilliseconds: number;
}

/** The journal's facts for those who follow them. `wake` is for who writes in this process. */
export function eventPort({ journal, records, lookMilliseconds }: EventServices): EventPort & {
  readonly wake: () => void;
} {
  const followers = new Set<() => void>();
  let timer: NodeJS.Timeout | undefined;
  const wake = (): void => {
    for (const follower of followers) follower();
  };
  return {
    after: async (position, limit) => (await journal()).readRows(position, limit),
    last: async () => (await journal()).lastPosition(),
    onNews(follower) {
      followers.add(follower);
      timer ??= setInterval(wake, lookMilliseconds);
      return () => {
        followers.delete(follower);
        if (followers.size > 0) return;
        clearInterval(timer);
        timer = undefined;
      };
    },
    async maySee(stream, { tenant }: Caller) {
      if (tenant === localTenant) return !stream.startsWith('api-answer/');
      const [kind, id = ''] = stream.split('/', 2);
      if (kind !== 'saga' && kind !== 'task') return false;
      return (await records.find(id))?.tenant === tenant;
    },
    wake,
  };
}
