import { addRedisOption, type CommonOptions, type Verbs } from './commonOptions.ts';
import { type Ear, parseServeOptions, type ServeCommandOptions, serveCommand } from './serveCommand.ts';
import type { Run } from './session.ts';
import { parseWorkerOptions, type WorkerCommandOptions, workerCommand } from './workerCommand.ts';

/** The verbs that stay until they are stopped, and work for others meanwhile. */
export function addServingVerbs(verb: Verbs, run: Run): void {
  addRedisOption(verb('serve', 'serve the lab to programs by HTTP: JSON-RPC, REST and a stream of events'))
    .option('--port <number>', 'port to listen on; default 0, for a free one')
    .option('--host <address>', 'address to listen on; default 127.0.0.1, which other machines do not reach')
    .option('--allow-remote', 'let other machines in: whoever has a token can run code here')
    .option(
      '--tenant <name>',
      'another caller, with a token of their own; may be repeated',
      (name: string, names: readonly string[]) => [...names, name],
      [],
    )
    .option('--guest-waiting <number>', 'tasks of one such caller that may wait; default 100')
    .option('--guest-running <number>', 'tasks of one such caller at work at one time; default 2')
    .option('--guest-priority <number>', 'priority that such a task has at most, 0 to 4; default 0')
    .option('--scrape-token', 'make a token that reads /metrics and may do nothing else, for a Prometheus')
    .option('--level <level>', 'lowest isolation for strategies that callers send; default container')
    .option('--workers <number>', 'tasks at work at one time; by the load, from 2 to 10, where left out')
    .action((options: ServeCommandOptions & CommonOptions) =>
      run(async ({ lab, terminal, signal }) => {
        const parsed = parseServeOptions(options);
        const ear: Ear = { wake: () => {} };
        const opened = await lab(() => ear.wake());
        await serveCommand(opened, terminal, parsed, { signal, ear });
      })(options),
    );
  verb('worker', 'work on the tasks of the lab, beside the windows and programs that do')
    .option(
      '--workers <number>',
      'tasks at work at one time; where left out by the load, from 2 to 10; with --redis by the cores, up to 4',
    )
    .option(
      '--redis [url]',
      'work for a Redis server instead: on the searches of all who share them there; default STRATEGY_LAB_REDIS',
    )
    .option('--level <level>', 'with --redis: lowest isolation of what is run here; default container')
    .option('--accept-missing-limits <limits>', 'with --redis: limits that a sandbox may lack')
    .action((options: WorkerCommandOptions & CommonOptions) =>
      run(async ({ lab, terminal, signal }) => {
        const parsed = parseWorkerOptions(options);
        await workerCommand(await lab(), terminal, parsed, signal);
      })(options),
    );
}
