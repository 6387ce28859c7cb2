import { onTestFinished } from 'vitest';
import { embeddedLog } from '../../../extension/orchestrator/events/embeddedLog.ts';
import type { EventLog } from '../../../extension/orchestrator/events/eventLog.ts';
import { emptyFolderInMemory, openTestJournal } from '../../storage/lab.ts';

/** One place that keeps events; `open` opens it as another process would. */
export interface TestPlace {
  open(): Promise<EventLog>;
}

export interface TestBackEnd {
  readonly name: string;
  place(): Promise<TestPlace>;
}

const embedded: TestBackEnd = {
  name: 'embedded',
  place: async () => {
    const folder = emptyFolderInMemory();
    return {
      open: async () => {
        const log = embeddedLog({ journal: await openTestJournal(folder), lookMilliseconds: 5 });
        onTestFinished(() => log.close());
        return log;
      },
    };
  },
};

/** Every back end keeps the same promises. */
export const backEnds: readonly TestBackEnd[] = [embedded];
