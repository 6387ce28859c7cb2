import { isLoopback } from '../api/http/access.ts';
import { tenantForm } from '../api/tokens.ts';
import { defaultGuestLimits, type GuestLimits, highestGuestPriority } from '../api/work/guestLimits.ts';
import { LabError } from '../contracts/errors.ts';
import type { Lab } from '../lab.ts';
import { parseLevel, parseWorkers, wholeNumber } from './options.ts';
import { describeError, type Terminal } from './terminal.ts';
import { untilStopped } from './untilStopped.ts';

export interface ServeCommandOptions {
  readonly port?: string;
  readonly host?: string;
  readonly allowRemote?: boolean;
  readonly tenant: readonly string[];
  readonly guestWaiting?: string;
  readonly guestRunning?: string;
  readonly guestPriority?: string;
  readonly scrapeToken?: boolean;
  readonly level?: string;
  readonly workers?: string;
}

const highestPort = 65_535;
const mostGuestWaiting = 100_000;
const mostGuestRunning = 16;

/** What hears of the lab's events once it serves. */
export interface Ear {
  wake: () => void;
}

/** The options as they count. @throws LabError `usage` naming the option */
export function parseServeOptions(options: ServeCommandOptions) {
  const { port, host, allowRemote, tenant, level, workers } = options;
  if (host !== undefined && !isLoopback(host) && allowRemote !== true) {
    throw new LabError('usage', `--host ${host || '""'} is reached from other machines.`, {
      action:
        'Give --allow-remote too if that is meant: whoever has the token can then run code here, and it goes over the network unencrypted.',
    });
  }
  const wrong = tenant.find((name) => !tenantForm.test(name));
  if (wrong !== undefined) {
    throw new LabError('usage', `--tenant takes small letters, digits and hyphens, was "${wrong}".`, {
      action: 'Write for example --tenant alice.',
    });
  }
  return {
    host,
    tenants: tenant,
    guests: parseGuestLimits(options),
    hasScraper: options.scrapeToken === true,
    port: wholeNumber(port ?? '0', '--port', 0, highestPort),
    workers: parseWorkers(workers),
    // Who wrote what a caller sends cannot be known: it is taken for that of a model.
    minimumLevel: parseLevel(level ?? 'container'),
  };
}

function parseGuestLimits({ guestWaiting, guestRunning, guestPriority }: ServeCommandOptions): GuestLimits {
  const { mostWaiting, mostRunning, highestPriority } = defaultGuestLimits;
  const given = (text: string | undefined, usual: number): string => text ?? String(usual);
  return {
    mostWaiting: wholeNumber(given(guestWaiting, mostWaiting), '--guest-waiting', 1, mostGuestWaiting),
    mostRunning: wholeNumber(given(guestRunning, mostRunning), '--guest-running', 1, mostGuestRunning),
    highestPriority: wholeNumber(
      given(guestPriority, highestPriority),
      '--guest-priority',
      0,
      highestGuestPriority,
    ),
  };
}

/** Serves the lab to programs until it is stopped. */
export async function serveCommand(
  lab: Lab,
  terminal: Terminal,
  options: ReturnType<typeof parseServeOptions>,
  { signal, ear }: { readonly signal: AbortSignal; readonly ear: Ear },
): Promise<void> {
  // Loaded on first use: no other verb needs a server.
  const { serveLab } = await import('../labApi.ts');
  const server = await serveLab(lab, {
    ...options,
    onProblem: (problem, error) => terminal.note(`${problem} ${describeError(error).message}`),
  });
  ear.wake = server.wake;
  const { url, tokenFile, tokenFiles, scrapeTokenFile } = server;
  terminal.line({
    url,
    tokenFile,
    tokenFiles,
    ...(scrapeTokenFile !== null && { scrapeTokenFile }),
    pid: process.pid,
  });
  terminal.say(`Serving ${lab.folder} at ${url}; the token is in ${tokenFile}.`);
  if (scrapeTokenFile !== null) terminal.say(`Metrics alone are read with the token in ${scrapeTokenFile}.`);
  if (options.host !== undefined && !isLoopback(options.host)) {
    terminal.note('Other machines can reach it: the token goes over the network unencrypted.');
  }
  try {
    await untilStopped(lab, signal);
    terminal.note('Stopping: what is at work can be resumed.');
  } finally {
    await server.close();
  }
}
