import type { CommonOptions, Verbs } from './commonOptions.ts';
import { parseWorkers } from './options.ts';
import { type Ear, parseServeOptions, type ServeCommandOptions, serveCommand } from './serveCommand.ts';
import type { Run } from './session.ts';
import { type WorkerCommandOptions, workerCommand } from './workerCommand.ts';

/** The verbs that stay until they are stopped, and work for others meanwhile. */
export function addServingVerbs(verb: Verbs, run: Run): void {
  verb('serve', 'serve the lab to programs by HTTP: JSON-RPC, REST and a stream of events')
    .option('--port <number>', 'port to listen on; default 0, for a free one')
    .option('--host <address>', 'address to listen on; default 127.0.0.1, which other machines do not reach')
    .option('--allow-remote', 'let other machines in: whoever has a token can run code here')
    .option(
      '--tenant <name>',
      'another caller, with a token of their own; may be repeated',
      (name: string, names: readonly string[]) => [...names, name],
      [],
    )
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
    .option('--workers <number>', 'tasks at work at one time; by the load, from 2 to 10, where left out')
    .action((options: WorkerCommandOptions & CommonOptions) =>
      run(async ({ lab, terminal, signal }) => {
        const workers = parseWorkers(options.workers);
        await workerCommand(await lab(), terminal, workers, signal);
      })(options),
    );
}
