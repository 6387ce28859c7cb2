import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { LabError } from '../../contracts/errors.ts';
import { problemMediaType, problemOf } from '../problem.ts';

export interface BrokenRequests {
  /** To be told of every request that is answered. */
  follow(request: IncomingMessage, response: ServerResponse): void;
  /**
   * Answers what is no request, or came too slowly, and ends its connection. Where requests that came whole before
   * it are still answered, these answers alone are sent: another in between would be taken for one of theirs.
   */
  refuse(error: NodeJS.ErrnoException, socket: Duplex): void;
}

export function brokenRequests(): BrokenRequests {
  const open = new WeakMap<Duplex, Set<IncomingMessage>>();
  const broken = new WeakSet<Duplex>();
  const isAnswering = (socket: Duplex): boolean =>
    [...(open.get(socket) ?? [])].some(({ complete }) => complete);
  return {
    follow(request, response) {
      const { socket } = request;
      const own = open.get(socket) ?? new Set();
      open.set(socket, own.add(request));
      response.on('close', () => {
        own.delete(request);
        if (broken.has(socket) && !isAnswering(socket)) socket.end();
      });
    },
    refuse(error, socket) {
      if (!socket.writable || error.code === 'ECONNRESET') return void socket.destroy();
      broken.add(socket);
      if (isAnswering(socket)) return;
      const isLate = error.code === 'ERR_HTTP_REQUEST_TIMEOUT';
      const status = isLate ? 408 : error.code === 'HPE_HEADER_OVERFLOW' ? 431 : 400;
      const message = isLate ? 'The request took too long to come.' : 'This is no request of HTTP/1.1.';
      const body = JSON.stringify(problemOf(new LabError('api.format', message), '', status));
      const head = `Content-Type: ${problemMediaType}\r\nContent-Length: ${Buffer.byteLength(body)}`;
      socket.end(`HTTP/1.1 ${status} Refused\r\n${head}\r\nConnection: close\r\n\r\n${body}`);
    },
  };
}
