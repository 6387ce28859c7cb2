import { connect, createServer, type Socket } from 'node:net';

/** What can happen to a network: see `Proxy`. */
export interface Proxy {
  readonly url: string;
  /** All connections end at once, without a goodbye; what is under way is lost. */
  cut(): void;
  /** What the server answers from now on is swallowed, until the connections are cut. */
  swallowAnswers(): void;
  /** Nothing moves in either direction until `release`. */
  stall(): void;
  release(): void;
  /** The server's side of each connection is closed, while the client may still write. */
  halfClose(): void;
  close(): Promise<void>;
}

/** A way over TCP to a server on a Unix socket, for tests that disturb it. */
export async function openProxy(socketPath: string): Promise<Proxy> {
  const pairs = new Set<{ readonly client: Socket; readonly upstream: Socket }>();
  let isStalled = false;
  const listener = createServer((client) => {
    const upstream = connect(socketPath);
    const pair = { client, upstream };
    pairs.add(pair);
    const end = () => {
      pairs.delete(pair);
      client.destroy();
      upstream.destroy();
    };
    for (const socket of [client, upstream]) socket.on('error', end).on('close', end);
    client.on('data', (data) => upstream.write(data));
    upstream.on('data', (data) => client.write(data));
    if (isStalled) for (const socket of [client, upstream]) socket.pause();
  });
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
  const address = listener.address();
  if (address === null || typeof address === 'string') throw new Error('the proxy has no port');
  const sockets = () => [...pairs].flatMap(({ client, upstream }) => [client, upstream]);
  const cut = () => {
    for (const socket of sockets()) socket.destroy();
  };
  return {
    url: `redis://127.0.0.1:${address.port}`,
    cut,
    swallowAnswers() {
      for (const { upstream } of pairs) upstream.removeAllListeners('data').resume();
    },
    stall() {
      isStalled = true;
      for (const socket of sockets()) socket.pause();
    },
    release() {
      isStalled = false;
      for (const socket of sockets()) socket.resume();
    },
    halfClose() {
      for (const { client } of pairs) client.end();
    },
    async close() {
      cut();
      await new Promise((resolve) => listener.close(resolve));
    },
  };
}
