import { LabError } from '../../contracts/errors.ts';
import type { ErrorRecord } from '../../contracts/saga.ts';

/** An error as a run keeps it. */
export function recordError(error: unknown): ErrorRecord {
  if (LabError.is(error)) {
    const { reason, message, action = null, place = null } = error;
    return { reason, message, action, place };
  }
  const message = error instanceof Error ? error.message : String(error);
  return { reason: 'internal', message, action: null, place: null };
}

/** The error of a failed run, as it was thrown. */
export function errorOf({ reason, message, action, place }: ErrorRecord): LabError {
  return new LabError(reasonOf(reason), message, {
    ...(action === null ? {} : { action }),
    ...(place === null ? {} : { place: withoutUndefined(place) }),
  });
}

function reasonOf(reason: string): LabError['reason'] {
  return reason as LabError['reason'];
}

function withoutUndefined(place: NonNullable<ErrorRecord['place']>): NonNullable<LabError['place']> {
  return Object.fromEntries(Object.entries(place).filter(([, value]) => value !== undefined));
}
