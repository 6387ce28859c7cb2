import type { Server } from 'node:http';
import type { Socket } from 'node:net';

/**
 * Keeps a server within its connections: beyond `most` the one goes that has been without a request for longest.
 * Whoever opens many and sends nothing so keeps nobody out.
 */
export function keepRoom(server: Server, most: number): void {
  /** How many requests of each connection are answered, in the order of what each did last. */
  const answering = new Map<Socket, number>();
  const change = (socket: Socket, by: number): void => {
    const requests = answering.get(socket);
    // A connection that has ended.
    if (requests === undefined) return;
    answering.delete(socket);
    answering.set(socket, requests + by);
  };
  server.on('connection', (socket) => {
    answering.set(socket, 0);
    socket.on('close', () => answering.delete(socket));
    if (answering.size <= most) return;
    const [idle] = [...answering].find(([other, requests]) => requests === 0 && other !== socket) ?? [];
    idle?.destroy();
  });
  server.on('request', ({ socket }, response) => {
    change(socket, 1);
    response.on('close', () => change(socket, -1));
  });
}
