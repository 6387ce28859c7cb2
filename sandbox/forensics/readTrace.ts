import { createReadStream } from 'node:fs';
import { open, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Transform } from 'node:stream';
import { LabError } from '../../extension/contracts/errors.ts';
import type { TraceRuntime } from './traceRuntime.ts';

/** Bytes of a trace that are read, and beyond which the traced sandbox is ended. */
export const mostTraceBytes = 64 * 1_048_576;
const mostFiles = 10_000;
const headBytes = 8192;
/** Bytes of one line that are kept: gVisor cuts each argument at 1,024. */
const longestLine = 16_384;
const containerId = /^[0-9a-f]{64}$/;

/** A container's trace; its lines are in the order in which they were written. */
export interface Trace {
  /** What was written so far, in bytes. */
  size(): Promise<number>;
  /** Calls `take` with each line, cut to what is kept. True where the trace is longer than is read. */
  read(take: (line: string) => void): Promise<boolean>;
}

/**
 * The trace that `runtime` writes of one container: among the logs of the folder the one whose program was
 * started for it, as its own first lines tell, which are written before anything of the container runs.
 * @throws LabError `not-found`
 */
export async function findTrace({ name, folder }: TraceRuntime, container: string): Promise<Trace> {
  const files = containerId.test(container) ? await logsOf(folder) : [];
  for (const file of files) {
    if (!(await isOf(file, container))) continue;
    return {
      size: async () => (await stat(file)).size,
      read: (take) => readLines(file, take),
    };
  }
  throw new LabError('not-found', `The runtime ${name} left no trace in ${folder} that can be read here.`, {
    action: 'Look whether its log folder is readable for this user, and whether Docker runs on this machine.',
  });
}

/** The logs of sandboxes, the newest first: their names begin with the time. */
async function logsOf(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch(() => [] as string[]);
  const logs = names.filter((name) => name.includes('boot')).sort();
  return logs
    .reverse()
    .slice(0, mostFiles)
    .map((name) => join(folder, name));
}

async function isOf(file: string, container: string): Promise<boolean> {
  try {
    const handle = await open(file);
    try {
      const { bytesRead, buffer } = await handle.read({ buffer: Buffer.alloc(headBytes), position: 0 });
      const head = buffer.toString('latin1', 0, bytesRead);
      const line = head.split('\n').find((each) => /\] Args: \[/.test(each)) ?? '';
      return line.includes(` ${container}]`);
    } finally {
      await handle.close();
    }
  } catch {
    return false;
  }
}

async function readLines(file: string, take: (line: string) => void): Promise<boolean> {
  const { size } = await stat(file);
  const bytes = createReadStream(file, { end: mostTraceBytes - 1 });
  const lines = createInterface({ input: bytes.pipe(cutLines()), crlfDelay: Number.POSITIVE_INFINITY });
  for await (const line of lines) take(line);
  return size > mostTraceBytes;
}

/** Leaves out what of a line is beyond its longest, so that none is ever held whole. */
function cutLines(): Transform {
  const lineFeed = 10;
  let length = 0;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      const kept = Buffer.alloc(chunk.length);
      let end = 0;
      for (const byte of chunk) {
        length = byte === lineFeed ? 0 : length + 1;
        if (length <= longestLine) kept[end++] = byte;
      }
      done(null, kept.subarray(0, end));
    },
  });
}
