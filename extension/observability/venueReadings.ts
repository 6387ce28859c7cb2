import type { Observation } from '../contracts/observation.ts';

/** What is known of a venue since this process began. */
export interface VenueReading {
  readonly venue: string;
  /** How long the last request for data took; null where none was made. */
  readonly latencySeconds: number | null;
  /** How late the last bar was that came by itself; null where none did. */
  readonly lagSeconds: number | null;
  readonly time: number;
}

const mostVenues = 50;

/** Keeps the latest of each venue, for health and dashboard: to ask the venue itself would be a call outside. */
export class VenueReadings {
  readonly #venues = new Map<string, VenueReading>();

  take(observation: Observation, time: number): void {
    if (observation.kind !== 'data-received') return;
    const { venue } = observation;
    const before = this.#venues.get(venue);
    const latencySeconds = observation.latencySeconds ?? before?.latencySeconds ?? null;
    const lagSeconds = observation.lagSeconds ?? before?.lagSeconds ?? null;
    // The one that was heard of last stands last.
    this.#venues.delete(venue);
    this.#venues.set(venue, { venue, latencySeconds, lagSeconds, time });
    const [oldest] = this.#venues.keys();
    if (this.#venues.size > mostVenues && oldest !== undefined) this.#venues.delete(oldest);
  }

  list(): readonly VenueReading[] {
    return [...this.#venues.values()];
  }
}
