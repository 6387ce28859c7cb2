import type { TaskQueue } from '../../../extension/contracts/tasks.ts';

/** A queue for one test, under a clock of the test's. */
export interface TestQueue {
  readonly queue: TaskQueue;
  now(): number;
  advance(milliseconds: number): void;
  /** Another process's view of the same queue. */
  openAgain(): Promise<TaskQueue>;
  /** Before the test's end, for one that opens many. */
  close(): Promise<void>;
}

export interface TestBackEnd {
  readonly name: string;
  /** How many random histories are worth their time. */
  readonly runs: number;
  open(): Promise<TestQueue>;
}
