import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ApiLimits } from '../../../extension/api/http/limits.ts';
import type { GuestLimits } from '../../../extension/api/work/guestLimits.ts';
import type { IsolationLevel } from '../../../extension/contracts/isolation.ts';
import { type Lab, newShortId, openLab } from '../../../extension/lab.ts';
import { type LabServer, serveLab } from '../../../extension/labApi.ts';

export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  /** The document of the body; its text where it is none, undefined where there is no body. */
  readonly body: unknown;
}

export interface CallOptions {
  readonly body?: unknown;
  /** Sent as it is, in place of `body`. */
  readonly text?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly tenant?: string;
  readonly signal?: AbortSignal;
}

export interface TestServer {
  readonly folder: string;
  readonly lab: Lab;
  readonly server: LabServer;
  readonly problems: unknown[];
  token(tenant?: string): Promise<string>;
  call(method: string, path: string, options?: CallOptions): Promise<Reply>;
  /** Posts a body and answers that of the reply, both as they are. */
  callText(path: string, body: string | Uint8Array<ArrayBuffer>): Promise<string>;
  rpc(document: unknown, options?: CallOptions): Promise<Reply>;
  /** Waits until a task is in one of the states. */
  reach(taskId: string, ...states: string[]): Promise<Record<string, unknown>>;
  /** Closes the program and opens another on the same folder. */
  restart(): Promise<void>;
  close(): Promise<void>;
}

export interface TestServerOptions {
  readonly limits?: Partial<ApiLimits>;
  readonly tenants?: readonly string[];
  readonly guests?: Partial<GuestLimits>;
  readonly hasScraper?: boolean;
  readonly beforeChange?: () => Promise<void>;
  /** Lowest isolation for what callers send; `preview` where left out. */
  readonly minimumLevel?: IsolationLevel;
}

/** A lab in a folder of its own, without Docker, that is served over a real socket. */
export async function openTestServer(options: TestServerOptions = {}): Promise<TestServer> {
  const folder = await mkdtemp(join(tmpdir(), 'strategy-lab-api-'));
  const problems: unknown[] = [];
  let happened = Promise.withResolvers<void>();
  let running = await open();

  async function open() {
    let wake = (): void => {};
    const lab = await openLab({
      folder: join(folder, '.strategy-lab'),
      strategiesFolder: join(folder, 'strategies'),
      assets: fileURLToPath(new URL('../../../dist/', import.meta.url)),
      clock: Date.now,
      newId: newShortId,
      listener: () => {
        wake();
        const { resolve } = happened;
        happened = Promise.withResolvers<void>();
        resolve();
      },
      dockerSocket: '/nowhere/docker.sock',
      bubblewrap: '/nowhere/bwrap',
    });
    const server = await serveLab(lab, {
      port: 0,
      tenants: options.tenants ?? [],
      hasScraper: options.hasScraper ?? false,
      minimumLevel: options.minimumLevel ?? 'preview',
      workers: 2,
      ...(options.beforeChange !== undefined && { beforeChange: options.beforeChange }),
      ...(options.guests !== undefined && { guests: options.guests }),
      limits: { requestsPerSecond: 10_000, burst: 10_000, ...options.limits },
      onProblem: (problem, error) => problems.push({ problem, error }),
    });
    wake = server.wake;
    return { lab, server };
  }

  const token = async (tenant = 'local'): Promise<string> =>
    (await readFile(running.server.tokenFiles[tenant] ?? '', 'utf8')).trim();

  const call = async (
    method: string,
    path: string,
    { body, text, headers, tenant, signal }: CallOptions = {},
  ) => {
    const content = text ?? (body === undefined ? undefined : JSON.stringify(body));
    const response = await fetch(`${running.server.url}${path}`, {
      method,
      headers: {
        Authorization: `Bearer ${await token(tenant)}`,
        ...(content !== undefined && { 'Content-Type': 'application/json' }),
        ...headers,
      },
      ...(content !== undefined && { body: content }),
      ...(signal !== undefined && { signal }),
    });
    return { status: response.status, headers: response.headers, body: documentOf(await response.text()) };
  };

  return {
    folder,
    async callText(path, body) {
      const headers = { Authorization: `Bearer ${await token()}`, 'Content-Type': 'application/json' };
      const response = await fetch(`${running.server.url}${path}`, { method: 'POST', body, headers });
      return response.text();
    },
    get lab() {
      return running.lab;
    },
    get server() {
      return running.server;
    },
    problems,
    token,
    call,
    rpc: (document, more = {}) => call('POST', '/rpc', { body: document, ...more }),
    async reach(taskId, ...states) {
      const stop = AbortSignal.timeout(60_000);
      for (;;) {
        const next = happened.promise;
        const { body } = await call('GET', `/v2/tasks/${taskId}`, { signal: stop });
        const task = body as Record<string, unknown>;
        if (states.includes(task['state'] as string)) return task;
        if (task['state'] === 'failed') throw new Error(JSON.stringify(task['error']));
        await next;
      }
    },
    async restart() {
      await running.server.close();
      await running.lab.close();
      running = await open();
    },
    async close() {
      await running.server.close();
      await running.lab.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function documentOf(text: string): unknown {
  if (text === '') return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** A strategy that trades, as a caller sends it. */
export const crossing = `import { crossAbove, crossBelow, defineStrategy } from 'strategy-lab';

export default defineStrategy({
  name: 'crossing',
  params: { fast: { type: 'integer', default: 10, min: 2, max: 100 } },
  setup({ params, indicators }) {
    return { fast: indicators.sma(params.fast), slow: indicators.sma(30) };
  },
  next({ position, orders }, { fast, slow }) {
    if (position.isFlat && crossAbove(fast, slow)) orders.buy({ percent: 100, stopLossPercent: 5 });
    else if (position.isLong && crossBelow(fast, slow)) orders.close();
  },
});
`;

export const idea =
  'Buy when the 10-hour average crosses above the 30-hour one, sell on the way back, stop at 5%';
