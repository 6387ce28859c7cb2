import type { ServerResponse } from 'node:http';
import { tooMany } from './answers.ts';

export interface ExchangeLimits {
  readonly connections: number;
  readonly reservedConnections: number;
  readonly exchangesOfTenant: number;
}

/** Takes a guest's request in, until its answer is sent or its caller gone. @throws HttpRefusal `api.limit` */
export type EnterExchange = (guest: string, response: ServerResponse) => void;

/**
 * Bounds what guests have under way, each and all together, so that the owner, and who asks for the lab's health,
 * always find a connection. An answer can be waited for minutes long, and so can the end of a body.
 */
export function guestExchanges(limits: ExchangeLimits): EnterExchange {
  const ofAll = limits.connections - limits.reservedConnections;
  const open = new Map<string, number>();
  let all = 0;
  return (guest, response) => {
    const own = open.get(guest) ?? 0;
    if (own >= limits.exchangesOfTenant || all >= ofAll) throw tooMany(1);
    open.set(guest, own + 1);
    all += 1;
    response.on('close', () => {
      const left = (open.get(guest) ?? 1) - 1;
      if (left === 0) open.delete(guest);
      else open.set(guest, left);
      all -= 1;
    });
  };
}
