import { nodePath } from './containerOptions.ts';
import { defaultLimits, type SandboxProcess, type StartOptions } from './sandbox.ts';

const mebibyte = 1_048_576;
const limitBytes = 64 * mebibyte;
const survived = 42;

/** Says that it lives, fills 200 MB with ones, and ends with a code of its own when nobody stopped it. */
const script = `
require('node:fs').writeSync(1, 'S');
const kept = [];
for (let i = 0; i < 25; i++) kept.push(Buffer.alloc(${8 * mebibyte}, 1));
process.exit(kept.length === 25 ? ${survived} : 1);
`;

/**
 * Tries whether a limit of memory holds: a process limited to 64 MB takes 200. Null when the trial
 * did not come to pass.
 * @throws LabError `sandbox.unavailable`, `cancelled`
 */
export async function memoryLimitHolds(
  start: (command: readonly string[], options: StartOptions) => Promise<SandboxProcess>,
  signal: AbortSignal,
): Promise<boolean | null> {
  let hasStarted = false;
  const limits = { ...defaultLimits, memoryBytes: limitBytes };
  const sandbox = await start([nodePath, '-e', script], {
    limits,
    label: 'canary',
    onOutput: () => {
      hasStarted = true;
    },
    signal,
  });
  const timer = setTimeout(() => void sandbox.kill('timeout'), limits.answerMilliseconds);
  const onAbort = () => void sandbox.kill('cancelled');
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    const facts = await sandbox.exit;
    if (facts.code === survived) return false;
    return hasStarted && facts.killedBy === null ? true : null;
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', onAbort);
    await sandbox.dispose();
  }
}
