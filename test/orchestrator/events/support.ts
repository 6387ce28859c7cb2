import { onTestFinished } from 'vitest';
import type { LabEvent, PlacedEvent } from '../../../extension/contracts/events.ts';
import { EventBus } from '../../../extension/orchestrator/events/eventBus.ts';
import type { EventLog } from '../../../extension/orchestrator/events/eventLog.ts';

export const startTime = 1_700_000_000_000;

export function tick(price: number, time = startTime): LabEvent {
  const data = { venue: 'test', symbol: 'BTC', time, price, bid: null, ask: null, quantity: null };
  return { type: 'market.tick', version: 1, time, traceId: 't', correlationId: 'c', agentId: null, data };
}

export function priceOf({ data }: Pick<PlacedEvent, 'data'>): number {
  return (data as { readonly price: number }).price;
}

/** A bus whose waits are short; `troubles` tells what went wrong. */
export function openBus(log: EventLog) {
  const troubles: string[] = [];
  let ids = 0;
  const bus = new EventBus({
    log,
    clock: () => startTime,
    newId: () => `id${ids++}`,
    sleep: (_, signal) =>
      new Promise((resolve) => {
        const timer = setTimeout(resolve, 2);
        signal.addEventListener('abort', () => {
          clearTimeout(timer);
          resolve();
        });
      }),
    onTrouble: (group, error) => troubles.push(`${group}: ${error instanceof Error ? error.message : error}`),
  });
  onTestFinished(() => bus.close());
  return { bus, troubles };
}

/** Takes what is delivered; `until` resolves once there is so much. */
export function collector() {
  const taken: PlacedEvent[] = [];
  let check = () => {};
  return {
    taken,
    prices: () => taken.map(priceOf),
    take: (event: PlacedEvent) => {
      taken.push(event);
      check();
    },
    until: (count: number) =>
      new Promise<void>((resolve) => {
        check = () => {
          if (taken.length >= count) resolve();
        };
        check();
      }),
  };
}

export function publishTicks({ append }: EventLog, prices: readonly number[]): Promise<void> {
  return append(prices.map((price) => tick(price, startTime + price)));
}
