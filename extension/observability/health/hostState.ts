import { stat, statfs } from 'node:fs/promises';
import { availableParallelism, freemem, loadavg, totalmem } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { SystemHealth } from '../../contracts/health.ts';

const resolutionMilliseconds = 10;
const nanoseconds = 1e9;

/** Delay of the event loop, in seconds, since it was last read. */
export interface LoopDelay {
  readonly median: number;
  readonly p99: number;
  readonly max: number;
}

export interface EventLoopWatch {
  /** Null while nothing has been measured yet. */
  readonly read: () => LoopDelay | null;
  readonly close: () => void;
}

/** Measures how late the event loop of this process is. Does not keep the process alive. */
export function watchEventLoop(): EventLoopWatch {
  const histogram = monitorEventLoopDelay({ resolution: resolutionMilliseconds });
  histogram.enable();
  let last: LoopDelay | null = null;
  return {
    read() {
      if (histogram.count > 0) {
        // The histogram measures the whole interval: what was asked for is no delay.
        const late = (value: number): number =>
          Math.max(0, value / nanoseconds - resolutionMilliseconds / 1000);
        last = {
          median: late(histogram.percentile(50)),
          p99: late(histogram.percentile(99)),
          max: late(histogram.max),
        };
        histogram.reset();
      }
      return last;
    },
    close: () => void histogram.disable(),
  };
}

/** Bytes that are free on the disk of a folder for this user; null where that cannot be read. */
export async function freeBytesOf(folder: string): Promise<number | null> {
  const found = await statfs(folder).catch(() => null);
  return found === null ? null : found.bavail * found.bsize;
}

/** Size of the journal's files of a lab, its write-ahead log included; null where there is none. */
export async function journalBytesOf(folder: string): Promise<number | null> {
  const sizes = await Promise.all(
    ['journal.sqlite', 'journal.sqlite-wal'].map((name) =>
      stat(join(folder, name)).then(
        ({ size }) => size,
        () => null,
      ),
    ),
  );
  const [database, log] = sizes;
  return database === null || database === undefined ? null : database + (log ?? 0);
}

/** This machine and process, now. */
export async function systemHealth(folder: string, delay: LoopDelay | null): Promise<SystemHealth> {
  return {
    cpu_count: availableParallelism(),
    // Windows has none and answers 0.
    load_average: process.platform === 'win32' ? null : (loadavg()[0] ?? null),
    memory_total_bytes: totalmem(),
    memory_free_bytes: freemem(),
    process_memory_bytes: process.memoryUsage.rss(),
    event_loop_delay_ms: delay === null ? null : delay.p99 * 1000,
    disk_free_bytes: await freeBytesOf(folder),
  };
}
