import { createHash } from 'node:crypto';
import * as z from 'zod';
import { LabError } from '../../contracts/errors.ts';
import type { Journal, Lease } from '../../contracts/journal.ts';
import { localTenant } from '../caller.ts';
import { HttpRefusal } from './answers.ts';
import { rateLimit } from './rateLimit.ts';

/** How long a key is remembered. */
const rememberedMilliseconds = 24 * 3_600_000;
const secondsOfDay = 24 * 3600;
/** How long a program that cannot be seen to be dead keeps a key after its last sign of life. */
const leaseMilliseconds = 10_000;

export const keyForm = /^[\x21-\x7e]{1,200}$/;

export interface Answer {
  readonly status: number;
  readonly contentType: string | null;
  readonly body: string;
}

const answerSchema = z.object({
  status: z.number().int(),
  contentType: z.string().nullable(),
  body: z.string(),
});
const acceptedSchema = z.object({ request: z.string(), newTaskId: z.string() });

export interface KeyedRequest {
  readonly tenant: string;
  readonly key: string;
  /** Method, path and body: what makes two requests the same. */
  readonly content: readonly string[];
  readonly traceId: string;
}

/** What the work of a request is known by, whenever the request comes again. */
export interface RequestIdentity {
  /** The id that its task is to have. */
  readonly newTaskId: string;
  /** What no other request has. */
  readonly origin: string;
}

export interface Idempotency {
  /**
   * Answers a request that may come twice. `work` gets the same identity whenever the same request comes again:
   * where this program ended between start and answer, the task is found and not started anew. `isFinal` tells
   * whether an answer is to be kept.
   * @throws HttpRefusal `api.limit` for a guest's key that is one too many
   * @throws LabError `api.repeated` for another request under the key, `conflict` while the first is at work, here
   * or in another program on the lab
   */
  answer(
    request: KeyedRequest,
    work: (identity: RequestIdentity) => Promise<Answer>,
    isFinal: (answer: Answer) => boolean,
  ): Promise<Answer & { readonly isRepeated: boolean }>;
}

export interface IdempotencyPorts {
  readonly journal: () => Promise<Journal>;
  readonly clock: () => number;
  readonly newId: () => string;
  /** New keys of one guest, who may use as many at once: more are refused. */
  readonly guestKeysPerDay: number;
}

/**
 * The answers of a day in the journal, one stream a key: a restart forgets none. Who works on a request holds the
 * lease of its key, so that of several programs on one lab one does, and each event is written under that lease.
 */
export function idempotency({ journal, clock, newId, guestKeysPerDay }: IdempotencyPorts): Idempotency {
  const guestKeys = rateLimit(guestKeysPerDay / secondsOfDay, guestKeysPerDay, () => performance.now());
  const isRemembered = ({ time }: { readonly time: number }): boolean =>
    time > clock() - rememberedMilliseconds;
  return {
    async answer({ tenant, key, content, traceId }, work, isFinal) {
      const hash = hashOf([tenant, key]);
      const stream = `api-answer/${hash}`;
      const kept = await journal();
      // Before anything is written down for the key: its lease is too.
      if (tenant !== localTenant && !(await kept.read(stream)).some(isRemembered)) {
        const seconds = guestKeys.take(tenant);
        if (seconds !== null) throw tooManyKeys(guestKeysPerDay, seconds);
      }
      const outcome = await kept.acquireLease(stream, leaseMilliseconds);
      if (!outcome.held) throw stillAtWork();
      const { lease } = outcome;
      let isReleased = false;
      const write = async (type: string, data: unknown, sequence: number, release: boolean) => {
        await kept.append({
          stream,
          expectedSequence: sequence,
          lease: { name: lease.name, epoch: lease.epoch, release },
          events: [{ type, version: 1, time: clock(), traceId, data }],
        });
        isReleased = release;
      };
      try {
        const request = hashOf(content);
        const all = await kept.read(stream);
        const events = all.filter(isRemembered);
        const accepted = events.findLastIndex(({ type }) => type === 'api.request-accepted');
        let newTaskId = newId();
        let sequence = all.length;
        if (accepted >= 0) {
          const first = acceptedSchema.parse(events[accepted]?.data);
          if (first.request !== request) {
            throw new LabError('api.repeated', 'This idempotency key was used for another request.', {
              action: 'Use a new key for each request.',
            });
          }
          const answered = events.slice(accepted + 1).find(({ type }) => type === 'api.request-answered');
          if (answered !== undefined) return { ...answerSchema.parse(answered.data), isRepeated: true };
          newTaskId = first.newTaskId;
        } else {
          await write('api.request-accepted', { request, newTaskId }, sequence, false);
          sequence += 1;
        }
        const answer = await work({ newTaskId, origin: `${hash}.${newTaskId}` });
        if (isFinal(answer)) await write('api.request-answered', answer, sequence, true);
        return { ...answer, isRepeated: accepted >= 0 };
      } catch (error) {
        throw isTakenOver(error, lease) ? stillAtWork() : error;
      } finally {
        // Where the journal failed, it expires.
        if (!isReleased) await kept.releaseLease(lease).catch(() => {});
      }
    },
  };
}

/** Whether another program has the key by now, as this one gave no sign of life for too long. */
function isTakenOver(error: unknown, { lost }: Lease): boolean {
  return lost.aborted && LabError.is(error, 'journal.conflict');
}

function tooManyKeys(most: number, seconds: number): HttpRefusal {
  const wait = Math.max(1, Math.ceil(seconds));
  const error = new LabError(
    'api.limit',
    `A caller has ${most} new idempotency keys a day, and these are used.`,
    {
      action: `Wait for ${wait} s, or leave the key out where the request need not be repeated.`,
    },
  );
  return new HttpRefusal(error, { headers: { 'Retry-After': String(wait) } });
}

function stillAtWork(): LabError {
  return new LabError('conflict', 'The first request with this idempotency key is still at work.', {
    action: 'Send it again once that one is answered.',
  });
}

function hashOf(parts: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex');
}
