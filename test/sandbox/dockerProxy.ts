import { once } from 'node:events';
import { connect as connectSocket, createServer, type Server, type Socket } from 'node:net';

/** A door to a Docker daemon on 127.0.0.1, as a remote one has, that tests can shut. */
export interface DockerProxy {
  readonly port: number;
  /** Breaks what is open and refuses what comes, until it is opened again. */
  shut(): Promise<void>;
  open(): Promise<void>;
}

/** Each piece of what passes is held back for `delayMilliseconds`, in each direction. */
export async function startDockerProxy(socketPath: string, delayMilliseconds = 0): Promise<DockerProxy> {
  const sockets = new Set<Socket>();
  const pass = (from: Socket, to: Socket): void => {
    sockets.add(from);
    from.on('error', () => undefined);
    from.on('close', () => {
      sockets.delete(from);
      to.destroy();
    });
    const later = (work: () => void): void => {
      if (delayMilliseconds === 0) work();
      else setTimeout(work, delayMilliseconds);
    };
    from.on('data', (bytes: Buffer) => later(() => to.write(bytes)));
    from.on('end', () => later(() => to.end()));
  };
  const listen = async (port: number): Promise<Server> => {
    const server = createServer({ allowHalfOpen: true }, (client) => {
      const daemon = connectSocket({ path: socketPath, allowHalfOpen: true });
      pass(client, daemon);
      pass(daemon, client);
    });
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    return server;
  };
  let server = await listen(0);
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    port,
    async shut() {
      const closed = once(server, 'close');
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
    async open() {
      server = await listen(port);
    },
  };
}
