import { createHash } from 'node:crypto';
import { z } from 'zod';
import { LabError } from '../../contracts/errors.ts';
import type { Journal } from '../../contracts/journal.ts';

/** How long a key is remembered. */
const rememberedMilliseconds = 24 * 3_600_000;

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

export interface Idempotency {
  /**
   * Answers a request that may come twice. `work` gets the id that its task has, the same one whenever the same
   * request comes again: where this program ended between start and answer, the task is found and not started
   * anew. `isFinal` tells whether an answer is to be kept.
   * @throws LabError `api.repeated` for another request under the key, `conflict` while the first is at work
   */
  answer(
    request: KeyedRequest,
    work: (newTaskId: string) => Promise<Answer>,
    isFinal: (answer: Answer) => boolean,
  ): Promise<Answer & { readonly isRepeated: boolean }>;
}

export interface IdempotencyPorts {
  readonly journal: () => Promise<Journal>;
  readonly clock: () => number;
  readonly newId: () => string;
}

/** The answers of a day in the journal, one stream a key: a restart forgets none. */
export function idempotency({ journal, clock, newId }: IdempotencyPorts): Idempotency {
  const atWork = new Set<string>();

  const write = async (stream: string, type: string, traceId: string, data: unknown): Promise<void> => {
    await (await journal()).append({ stream, events: [{ type, version: 1, time: clock(), traceId, data }] });
  };

  return {
    async answer({ tenant, key, content, traceId }, work, isFinal) {
      const stream = `api-answer/${hashOf([tenant, key])}`;
      if (atWork.has(stream)) {
        throw new LabError('conflict', 'The first request with this idempotency key is still at work.', {
          action: 'Send it again once that one is answered.',
        });
      }
      atWork.add(stream);
      try {
        const request = hashOf(content);
        const since = clock() - rememberedMilliseconds;
        const events = (await (await journal()).read(stream)).filter(({ time }) => time > since);
        const accepted = events.findLastIndex(({ type }) => type === 'api.request-accepted');
        let newTaskId = newId();
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
        } else await write(stream, 'api.request-accepted', traceId, { request, newTaskId });
        const answer = await work(newTaskId);
        if (isFinal(answer)) await write(stream, 'api.request-answered', traceId, answer);
        return { ...answer, isRepeated: accepted >= 0 };
      } finally {
        atWork.delete(stream);
      }
    },
  };
}

function hashOf(parts: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex');
}
