import { createServer, type Server } from 'node:http';
import { hostname } from 'node:os';
import { LabError } from '../../contracts/errors.ts';
import type { Journal } from '../../contracts/journal.ts';
import type { PathHider } from '../hiddenPaths.ts';
import { operations } from '../operations/table.ts';
import type { ApiPorts } from '../ports.ts';
import type { Tokens } from '../tokens.ts';
import { isLoopback } from './access.ts';
import { brokenRequests } from './brokenRequests.ts';
import { keepRoom } from './crowdedServer.ts';
import { eventStreams } from './eventStream.ts';
import { type RequestEnded, requestHandler } from './handler.ts';
import { idempotency } from './idempotency.ts';
import { type ApiLimits, defaultLimits } from './limits.ts';

export interface ServerOptions {
  readonly ports: ApiPorts;
  readonly tokens: Tokens;
  readonly journal: () => Promise<Journal>;
  /** What guests are not told. */
  readonly hider: PathHider;
  readonly version: string;
  readonly clock: () => number;
  readonly newId: () => string;
  /** 127.0.0.1 where left out. */
  readonly host?: string | undefined;
  /** 0 for a free one. */
  readonly port: number;
  readonly limits?: Partial<ApiLimits>;
  /** See `HandlerParts`. */
  readonly beforeChange?: (() => Promise<void>) | undefined;
  readonly onRequest?: (ended: RequestEnded) => void;
  readonly onInternal?: (error: unknown, traceId: string) => void;
}

export interface ApiServer {
  readonly url: string;
  readonly port: number;
  /** Takes nothing more, lets answers under way come to their end for a moment, then closes. */
  close(): Promise<void>;
}

const graceMilliseconds = 2000;
const mostHeaderBytes = 16_384;

/** Serves the lab's interface by HTTP. @throws LabError `conflict` for a port in use, `usage` for a host that is none */
export async function startServer(options: ServerOptions): Promise<ApiServer> {
  const { ports, tokens, journal, hider, version, clock, newId, host = '127.0.0.1', port } = options;
  const limits = { ...defaultLimits, ...options.limits };
  const streams = eventStreams(ports.events, limits, hider);
  let url = '';
  const handle = requestHandler({
    operations,
    ports,
    tokens,
    limits,
    idempotency: idempotency({ journal, clock, newId, guestKeysPerDay: limits.guestKeysPerDay }),
    streams,
    hider,
    version,
    clock,
    newId,
    isRemote: !isLoopback(host),
    names: new Set([host.toLowerCase(), ...(isLoopback(host) ? [] : [hostname().toLowerCase()])]),
    url: () => url,
    beforeChange: options.beforeChange ?? (async () => {}),
    onRequest: options.onRequest ?? (() => {}),
    onInternal: options.onInternal ?? (() => {}),
  });
  const broken = brokenRequests();
  const server = createServer(
    {
      headersTimeout: limits.headMilliseconds,
      requestTimeout: limits.bodyMilliseconds,
      keepAliveTimeout: limits.idleMilliseconds,
      connectionsCheckingInterval: Math.min(5000, limits.headMilliseconds),
      maxHeaderSize: mostHeaderBytes,
      requireHostHeader: false,
    },
    (request, response) => {
      broken.follow(request, response);
      void handle(request, response);
    },
  );
  server.maxConnections = limits.connections;
  keepRoom(server, limits.connections - limits.reservedConnections / 2);
  server.on('clientError', broken.refuse);
  await listen(server, host, port);
  server.on('error', (error) => options.onInternal?.(error, ''));
  const address = server.address();
  const taken = typeof address === 'object' && address !== null ? address.port : port;
  url = `http://${host.includes(':') ? `[${host}]` : host}:${taken}`;
  return {
    url,
    port: taken,
    async close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      streams.close();
      server.closeIdleConnections();
      const timer = setTimeout(() => server.closeAllConnections(), graceMilliseconds);
      await closed;
      clearTimeout(timer);
    },
  };
}

function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(listenError(error, host, port)));
    server.listen(port, host, () => {
      server.removeAllListeners('error');
      resolve();
    });
  });
}

function listenError(error: NodeJS.ErrnoException, host: string, port: number): LabError {
  if (error.code === 'EADDRINUSE') {
    return new LabError('conflict', `Port ${port} of ${host} is in use.`, {
      action: 'Choose another --port, or leave it out for a free one.',
    });
  }
  if (error.code === 'EACCES') {
    return new LabError('usage', `Port ${port} may not be taken by this user.`, {
      action: 'Choose a --port above 1023, or leave it out for a free one.',
    });
  }
  return new LabError('usage', `${host} cannot be listened on: ${error.message}.`, {
    action: 'Give an address of this machine as --host.',
  });
}
