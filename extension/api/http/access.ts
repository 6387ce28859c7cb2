import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';
import { LabError } from '../../contracts/errors.ts';
import type { Credential, Tokens } from '../tokens.ts';

const loopbackNames = new Set(['localhost', '127.0.0.1', '[::1]']);

/** True for an address that only this machine reaches. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host);
}

/** Headers of which another program on the way may read the one and this the other, where there are two. */
const single = ['host', 'origin', 'authorization', 'content-type'];

/** @throws LabError `api.format` for a request whose headers can be read in two ways */
function checkHeaders({ headersDistinct }: IncomingMessage): void {
  const twice = single.find((name) => (headersDistinct[name]?.length ?? 0) > 1);
  if (twice === undefined) return;
  throw new LabError('api.format', `The request has the header ${twice} twice.`, { action: 'Send it once.' });
}

/**
 * Turns away what a web page could send. A page reaches a local service by a name that it has bound to this
 * machine (DNS rebinding), which the header Host then tells; or as itself, which the header Origin tells. Names
 * that are addresses cannot be rebound.
 * @param names under which the service is known besides
 * @throws LabError `api.forbidden`, `api.format` for headers that can be read in two ways
 */
export function checkOrigin(request: IncomingMessage, names: ReadonlySet<string>, isRemote: boolean): void {
  checkHeaders(request);
  const { headers } = request;
  const host = (headers.host ?? '').toLowerCase();
  const name = host.replace(/:\d{1,5}$/, '');
  const isAddress = isIP(name.replace(/^\[|\]$/g, '')) !== 0;
  if (!loopbackNames.has(name) && !names.has(name) && !(isRemote && isAddress)) {
    throw new LabError('api.forbidden', 'The request is for another host than this one.', {
      action: 'Use the address that serve has printed.',
    });
  }
  if (headers.origin !== undefined && headers.origin.toLowerCase() !== `http://${host}`) {
    throw new LabError('api.forbidden', 'Web pages of other origins may not call.', {
      action: 'Call from a program, or through a server of your own.',
    });
  }
}

/** Who the request's token belongs to. @throws LabError `api.unauthorised` */
export function identify({ headers }: IncomingMessage, tokens: Tokens): Credential {
  const [, token = ''] = /^Bearer ([\w.~+/=-]{1,200})$/i.exec(headers.authorization ?? '') ?? [];
  // A token that cannot be one is compared too, so that the time tells nothing.
  const credential = tokens.identify(token);
  if (credential !== null) return credential;
  const message =
    headers.authorization === undefined ? 'The request has no token.' : 'The token is not one of this lab.';
  throw new LabError('api.unauthorised', message, {
    action: 'Send "Authorization: Bearer TOKEN" with the token of the file that serve names.',
  });
}
