import { readFile } from 'node:fs/promises';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize } from 'node:path';

export interface StaticPage {
  readonly html: string;
  /** Sent as the Content-Security-Policy of the page. */
  readonly policy: string;
}

export interface StaticServer {
  /** `http://127.0.0.1:PORT` */
  readonly address: string;
  stop(): Promise<void>;
}

const types: Readonly<Record<string, string>> = {
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.json': 'application/json',
};

/**
 * Serves one page at `/` and the files of a folder below it, on a free port. `makePage` gets the address,
 * for pages and policies that name where their files come from.
 */
export async function startStaticServer(
  folder: string,
  makePage: (address: string) => StaticPage,
): Promise<StaticServer> {
  let page: StaticPage | undefined;
  const server = createServer((request, response) => {
    const path = new URL(request.url ?? '/', 'http://localhost').pathname;
    if (path === '/' && page !== undefined) answerPage(response, page);
    else void answerFile(response, join(folder, normalize(path)));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  page = makePage(address);
  return {
    address,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function answerPage(response: ServerResponse, { html, policy }: StaticPage): void {
  response.writeHead(200, { 'content-type': 'text/html', 'content-security-policy': policy });
  response.end(html);
}

async function answerFile(response: ServerResponse, path: string): Promise<void> {
  try {
    const contents = await readFile(path);
    response.writeHead(200, { 'content-type': types[extname(path)] ?? 'application/octet-stream' });
    response.end(contents);
  } catch {
    response.writeHead(404).end();
  }
}
