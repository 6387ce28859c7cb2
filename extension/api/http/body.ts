import type { IncomingMessage } from 'node:http';
import { MIMEType } from 'node:util';
import { LabError } from '../../contracts/errors.ts';

/** HTTP statuses that say more than the reason of the error does. */
export const unsupportedMediaType = 415;

/**
 * The body of a request.
 * @throws LabError `api.too-large`, `cancelled` where the caller went away
 */
export async function readBody(request: IncomingMessage, mostBytes: number): Promise<Buffer> {
  const tooLarge = () =>
    new LabError('api.too-large', `The body has more than ${mostBytes} bytes.`, {
      action: 'Send less at one time.',
    });
  if (Number(request.headers['content-length'] ?? 0) > mostBytes) throw tooLarge();
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of request as AsyncIterable<Buffer>) {
      bytes += chunk.byteLength;
      if (bytes > mostBytes) throw tooLarge();
      chunks.push(chunk);
    }
  } catch (cause) {
    if (LabError.is(cause)) throw cause;
    throw new LabError('cancelled', 'The caller went away before the whole request had come.', { cause });
  }
  return Buffer.concat(chunks);
}

/** A body as text. @throws LabError `api.format` for what is no UTF-8 */
export function textOf(body: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(body);
  } catch (cause) {
    throw new LabError('api.format', 'The body is no UTF-8.', { action: 'Send JSON in UTF-8.', cause });
  }
}

/** Whether a body comes as it is, and not compressed: a small one that becomes large is none of a program's needs. */
export function isPlain({ headers }: IncomingMessage): boolean {
  return /^(identity)?$/i.test(headers['content-encoding'] ?? '');
}

/** Whether a body is JSON in UTF-8, as its sender says. Forms, which any web page can send, are not. */
export function isJson({ headers }: IncomingMessage): boolean {
  const type = mediaTypeOf(headers['content-type'] ?? '');
  if (type === null || !/^application\/([\w.-]+\+)?json(-rpc)?$/.test(type.essence)) return false;
  return (type.params.get('charset') ?? 'utf-8').toLowerCase() === 'utf-8';
}

function mediaTypeOf(text: string): MIMEType | null {
  try {
    return new MIMEType(text);
  } catch {
    return null;
  }
}
