import type { LabHost } from '../labHost.ts';
import type { Log } from '../log.ts';
import type { RunBook } from '../runBook.ts';
import type { DataChoice } from './chooseData.ts';

/** What opens a run for the eye. */
export interface RunPanels {
  /** `compareWith`: a second run to stand beside it. */
  openBacktest(id: string, compareWith?: string): Promise<void>;
  openSaga(id: string): Promise<void>;
  openDashboard(): Promise<void>;
}

/** What commands on runs work with. */
export interface RunServices {
  readonly host: LabHost;
  readonly book: RunBook;
  readonly log: Log;
  readonly data: DataChoice;
  readonly panels: RunPanels;
  /** Who decides, for the record of decisions. */
  readonly user: string;
}
