import * as z from 'zod';
import { LabError } from '../../contracts/errors.ts';
import {
  canonicalType,
  type EventData,
  eventCatalogue,
  type LabEvent,
  type PublishedType,
} from '../../contracts/events.ts';
import type { NewEvent } from '../../contracts/journal.ts';
import type { SagaEvent, SagaState } from '../../contracts/saga.ts';
import { deepFreeze } from './freeze.ts';

/** The stream of the journal that holds what is published. */
export const publishedStream = 'event/published';

/** An event of the catalogue, with its data. */
export type DomainEvent = {
  readonly [Type in PublishedType]: {
    readonly type: Type;
    readonly data: EventData<Type>;
    /** The agent that it is of; none where left out. */
    readonly agentId?: string;
  };
}[PublishedType];

/**
 * The events of the catalogue that a fact of a saga is besides; `state` is that after it. Pure, and must not throw.
 * They are written with the fact, in one transaction: each once, whoever is killed when.
 */
export type DomainEvents = (event: SagaEvent, state: SagaState) => readonly DomainEvent[];

/** An event of the catalogue by a name of its type. Throws `usage` for data that does not fit. */
export function labEvent(
  name: string,
  data: unknown,
  place: Pick<LabEvent, 'time' | 'traceId' | 'correlationId' | 'agentId'>,
): LabEvent {
  const type = canonicalType(name);
  const definition = Object.hasOwn(eventCatalogue, type) ? eventCatalogue[type] : undefined;
  if (definition === undefined || type.startsWith('saga.')) {
    throw new LabError('usage', `${name} is no type of event that can be published.`, {
      action: 'Choose one of the catalogue in contracts/events.ts.',
    });
  }
  const parsed = definition.schema.safeParse(data);
  if (!parsed.success) {
    throw new LabError('usage', `The data of ${name} does not fit: ${z.prettifyError(parsed.error)}`, {
      action: 'Mend the named fields.',
    });
  }
  return deepFreeze({ type, version: definition.version, ...place, data: structuredClone(parsed.data) });
}

/** A published event as the journal keeps it. */
export function keptEvent(event: LabEvent): NewEvent {
  const { type, version, time, traceId, correlationId, agentId, data } = event;
  return { type, version, time, traceId, data: { correlationId, agentId, data } };
}

/** An event of a saga, in the form in which the journal keeps it. Throws `usage` for data that does not fit. */
export function keptEventOf(
  { id: correlationId, traceId }: { readonly id: string; readonly traceId: string },
  event: DomainEvent,
  time: number,
): NewEvent {
  const agentId = event.agentId ?? null;
  return keptEvent(labEvent(event.type, event.data, { time, traceId, correlationId, agentId }));
}
