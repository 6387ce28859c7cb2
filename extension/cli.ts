import { fileURLToPath } from 'node:url';
import { runProgram } from './cli/program.ts';

const stop = new AbortController();
let interrupts = 0;
for (const name of ['SIGINT', 'SIGTERM'] as const) {
  process.on(name, () => {
    // The first asks for an orderly end, the second does not wait for it: the journal resumes either way.
    if (++interrupts > 1) process.exit(130);
    stop.abort();
  });
}

process.exitCode = await runProgram(process.argv.slice(2), {
  assets: fileURLToPath(new URL('.', import.meta.url)),
  environment: process.env,
  folder: process.cwd(),
  out: (text) => process.stdout.write(text),
  err: (text) => process.stderr.write(text),
  isScreen: process.stderr.isTTY === true,
  columns: process.stderr.columns ?? 100,
  clock: Date.now,
  signal: stop.signal,
});
