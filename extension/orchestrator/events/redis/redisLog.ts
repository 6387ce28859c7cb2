import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { LabError } from '../../../contracts/errors.ts';
import { type ParkedEvent, type PlacedEvent, parkedEventSchema } from '../../../contracts/events.ts';
import { canonicalJson } from '../../../storage/canonicalJson.ts';
import { RedisConnection, type RedisOpening } from '../../queue/redis/connection.ts';
import type { EventLog, GroupHold } from '../eventLog.ts';
import { knownEvent } from '../knownEvent.ts';
import { comparePositions, positionBefore, startPosition } from './positions.ts';
import { advanceScript, appendScript, openScript, releaseScript, renewScript } from './scripts.ts';
import { StreamBell } from './streamBell.ts';

const holdMilliseconds = 5000;
const renewMilliseconds = 1500;

const entriesSchema = z.array(z.tuple([z.string(), z.tuple([z.literal('event'), z.string()])]));
type Entries = z.infer<typeof entriesSchema>;
const storedSchema = z.object({
  type: z.string(),
  version: z.number().int(),
  time: z.number(),
  traceId: z.string(),
  correlationId: z.string(),
  agentId: z.string().nullable(),
  data: z.unknown(),
});
const fieldsSchema = z.record(z.string(), z.string());

/**
 * The log of events on a Redis stream, for labs of several machines. What the server keeps over a crash is what its
 * own settings promise; one that lost the whole log is found out: what appends to it or moves a group then throws
 * `queue.unavailable`. Throws that where there is no such server, too, or one that is too old or a replica, and
 * `usage` for a prefix that cannot be one.
 */
export async function redisLog(target: RedisOpening): Promise<EventLog> {
  const connection = await RedisConnection.open(target);
  const bell = new StreamBell(target);
  const stream = connection.key('events');
  const evaluate = (script: string, ...args: (string | number)[]) =>
    connection.ask((redis) => redis.call('EVAL', script, 1, connection.key(''), ...args));
  const made = String(await evaluate(openScript, randomUUID()));
  connection.expect(made);
  const holds = new Set<GroupHold>();

  const range = async (command: 'XRANGE' | 'XREVRANGE', from: string, to: string, count: number) =>
    entriesSchema.parse(
      await connection.ask((redis) => redis.call(command, stream, from, to, 'COUNT', count)),
    );
  const end = async () => (await range('XREVRANGE', '+', '-', 1))[0]?.[0] ?? startPosition;

  return {
    start: startPosition,
    append: async (events) => {
      const parts = events.flatMap((event) => [String(event.time), canonicalJson(event)]);
      await evaluate(appendScript, made, randomUUID(), ...parts);
    },
    read: async (after, limit) => {
      const entries = await range('XRANGE', `(${after}`, '+', limit);
      return { events: knownOf(entries), last: entries.at(-1)?.[0] ?? after };
    },
    at: async (position) => knownOf(await range('XRANGE', position, position, 1))[0] ?? null,
    latest: async (limit) => {
      const entries = (await range('XREVRANGE', '+', '-', limit)).reverse();
      return { events: knownOf(entries), last: entries.at(-1)?.[0] ?? startPosition };
    },
    end,
    before: async (time) => {
      const found = await connection.ask((redis) =>
        redis.zrangebyscore(connection.key('times'), time, '+inf', 'LIMIT', 0, 1),
      );
      const [first] = found;
      return first === undefined ? end() : positionBefore(first);
    },
    group: async (name) => {
      const groups = connection.key('groups');
      const [found, position = null] = await connection.ask((redis) => redis.hmget(groups, '', name));
      connection.checkMade(found);
      return position;
    },
    advance: async (name, from, to, parked = []) => {
      const aside = parked.flatMap((event) => [event.position, JSON.stringify(event)]);
      return Number(await evaluate(advanceScript, made, name, from ?? '', to, ...aside)) > 0;
    },
    parked: async (name) => {
      const fields = await connection.ask((redis) => redis.hgetall(connection.key(`parked:${name}`)));
      const events = Object.values(fieldsSchema.parse(fields)).map(
        (text): ParkedEvent => parkedEventSchema.parse(JSON.parse(text)),
      );
      return events.sort((a, b) => comparePositions(a.position, b.position));
    },
    unpark: async (name, position) =>
      (await connection.ask((redis) => redis.hdel(connection.key(`parked:${name}`), position))) === 1,
    hold: async (name) => {
      const token = randomUUID();
      const taken = await connection.ask((redis) =>
        redis.set(connection.key(`hold:${name}`), token, 'PX', holdMilliseconds, 'NX'),
      );
      if (taken === null) return null;
      const hold = keepHold(
        name,
        async () => Number(await evaluate(renewScript, name, token, holdMilliseconds)) === 1,
        async () => {
          holds.delete(hold);
          await evaluate(releaseScript, name, token).catch(() => {});
        },
      );
      holds.add(hold);
      return hold;
    },
    wait: (after, signal) => bell.wait(end, after, signal),
    close: async () => {
      await Promise.all([...holds].map((hold) => hold.release()));
      await bell.close();
      await connection.close();
    },
  };
}

/** Renews a hold until it is released; one that could not be renewed in its time counts as lost. */
function keepHold(name: string, renew: () => Promise<boolean>, release: () => Promise<void>): GroupHold {
  const lost = new AbortController();
  let goodUntil = performance.now() + holdMilliseconds;
  const timer = setInterval(() => {
    const begun = performance.now();
    renew().then(
      (isRenewed) => {
        if (isRenewed) goodUntil = begun + holdMilliseconds;
        else lose();
      },
      () => {
        if (performance.now() > goodUntil) lose();
      },
    );
  }, renewMilliseconds);
  timer.unref();
  const lose = () => {
    clearInterval(timer);
    lost.abort(
      new LabError('conflict', `Another process delivers to the group ${name}.`, {
        action: 'Leave it to that process.',
      }),
    );
  };
  return {
    lost: lost.signal,
    release: async () => {
      clearInterval(timer);
      await release();
    },
  };
}

function knownOf(entries: Entries): PlacedEvent[] {
  return entries.flatMap(([position, [, text]]) => {
    const stored = storedSchema.safeParse(JSON.parse(text));
    const known = stored.success ? knownEvent({ ...stored.data, position }) : null;
    return known === null ? [] : [known];
  });
}
