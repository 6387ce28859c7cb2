import { describe, expect, it } from 'vitest';
import type { LabError } from '../../extension/contracts/errors.ts';
import type { AuditedBackend } from '../../sandbox/audit/abuse.ts';
import { nodePath, runnerCommand } from '../../sandbox/containerOptions.ts';
import { defaultLimits, type SandboxLimits } from '../../sandbox/sandbox.ts';
import { runInSandbox } from '../../sandbox/session.ts';
import { type End, type Failure, failures } from './failureMatrix.ts';
import { hostileCommand } from './hostileRunner.ts';
import {
  bubblewrapBackend,
  containersOf,
  dockerBackend,
  failureOf,
  namespacesOf,
  newOwner,
  runRequest,
  testDocker,
} from './support.ts';

const docker = testDocker();

/** Sandboxes of a session of their own. */
interface Session {
  readonly start: (command?: readonly string[]) => AuditedBackend;
  readonly leftovers: () => Promise<readonly string[]>;
}

interface Level {
  readonly name: string;
  readonly open: () => Session;
  /** Whether what one session leaves behind is told from what others have at work. */
  readonly isApart: boolean;
}

const levels: readonly Level[] = [
  ...['runc', 'runsc'].map(
    (runtime): Level => ({
      name: runtime,
      isApart: true,
      open: () => {
        const owner = newOwner();
        return {
          start: (command) => dockerBackend(docker, runtime, owner, command),
          leftovers: () => containersOf(docker, owner),
        };
      },
    }),
  ),
  {
    name: 'bubblewrap',
    isApart: false,
    open: () => {
      const owner = newOwner();
      return {
        start: (command) => bubblewrapBackend(owner, command),
        leftovers: async () => namespacesOf(owner),
      };
    },
  },
];

/** One sentence, and one that says what to do. A strategy's own words may close the first. */
function expectPlain({ reason, message, action }: LabError): void {
  expect(message).toMatch(reason.startsWith('strategy.') ? /^[A-Z]/ : /^[A-Z].*\.$/s);
  expect(action).toMatch(/^[A-Z].*\.$/s);
}

/** Little time for what may take all of it, and plenty for the rest, however busy the machine is. */
function limitsOf({ ends, limits }: Failure): SandboxLimits {
  const answerMilliseconds = ends.includes('sandbox.timeout') ? 4000 : 30_000;
  return { ...defaultLimits, answerMilliseconds, ...limits };
}

async function endOf(session: Session, failure: Failure): Promise<{ end: End; said: string }> {
  const { source = '', lies } = failure;
  const backend = session.start(lies === undefined ? undefined : hostileCommand(lies));
  const run = runInSandbox(runRequest(backend, source, { limits: limitsOf(failure) }));
  const succeeded = await run.then(
    () => true,
    () => false,
  );
  if (succeeded) return { end: 'done', said: '' };
  const error = await failureOf(run);
  expectPlain(error);
  return { end: error.reason, said: error.message };
}

for (const { name, open, isApart } of levels) {
  describe(`under ${name}`, () => {
    const tests = (isApart ? it.concurrent : it).each(failures);

    tests('$name harms nobody, and leaves nothing', async (failure) => {
      const session = open();
      const { end, said } = await endOf(session, failure);
      expect(failure.ends, said).toContain(end);
      if (failure.says !== undefined) expect(said).toMatch(failure.says);
      expect(await session.leftovers()).toEqual([]);
    });

    it('no inspector opens in a runner that is signalled', async () => {
      const flags = runnerCommand({ limits: defaultLimits }).slice(3);
      const script = `
        const say = (text) => require('node:fs').writeSync(1, text);
        say('started ');
        try { process.kill(process.pid, 'SIGUSR1'); } catch {}
        setTimeout(() => {
          try {
            require('node:net').connect(9229, '127.0.0.1')
              .on('connect', () => { say('open'); process.exit(); })
              .on('error', ({ code }) => { say(code); process.exit(); });
          } catch ({ code }) { say(code); process.exit(); }
        }, 500);
      `;
      const session = open();
      let text = '';
      const sandbox = await session.start([nodePath, ...flags, '-e', script]).start({
        limits: defaultLimits,
        label: 'inspector',
        onOutput: (bytes) => {
          text += Buffer.from(bytes).toString();
        },
        signal: new AbortController().signal,
      });
      try {
        await sandbox.exit;
        // Where it is not the first process, the signal ends it.
        expect(text).toMatch(/^started (ECONNREFUSED|EACCES)?$/);
      } finally {
        await sandbox.dispose();
      }
      expect(await session.leftovers()).toEqual([]);
    });
  });
}
