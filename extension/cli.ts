#!/usr/bin/env node
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { runProgram } from './cli/program.ts';

// What Node says of calls inside libraries is nothing that a user could act upon.
process.noDeprecation = true;

const stop = new AbortController();
let interrupts = 0;
for (const name of ['SIGINT', 'SIGTERM'] as const) {
  process.on(name, () => {
    // The first asks for an orderly end, the second does not wait for it: the journal resumes either way.
    if (++interrupts > 1) process.exit(130);
    stop.abort();
  });
}

// A reader that leaves early, as `head` does, ends neither the work nor the program with a stack trace.
let lostOutput: string | undefined;
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    lostOutput ??= error.code;
  });
}
process.on('exit', () => {
  if (lostOutput === undefined) return;
  process.exitCode = 1;
  if (lostOutput !== 'EPIPE') {
    process.stderr.write(`The output could not be written: ${lostOutput}.\nWrite it to another place.\n`);
  }
});

process.exitCode = await runProgram(process.argv.slice(2), {
  assets: fileURLToPath(new URL('.', import.meta.url)),
  environment: process.env,
  folder: process.cwd(),
  out: (text) => process.stdout.write(text),
  err: (text) => process.stderr.write(text),
  lines: () => createInterface({ input: process.stdin, signal: stop.signal })[Symbol.asyncIterator](),
  isScreen: process.stderr.isTTY === true,
  columns: process.stderr.columns ?? 100,
  clock: Date.now,
  signal: stop.signal,
});
