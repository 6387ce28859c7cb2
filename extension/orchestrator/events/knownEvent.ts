import { eventCatalogue, type LabEvent } from '../../contracts/events.ts';
import { deepFreeze } from './freeze.ts';

/**
 * A stored event as the catalogue has it, frozen; null for a type, a version or a shape that this program does not
 * know: such events are for others, and are passed over.
 */
export function knownEvent<Event extends LabEvent>(event: Event): Event | null {
  const definition = Object.hasOwn(eventCatalogue, event.type) ? eventCatalogue[event.type] : undefined;
  if (definition === undefined || event.version > definition.version) return null;
  return definition.schema.safeParse(event.data).success ? deepFreeze(event) : null;
}
