import { randomUUID } from 'node:crypto';
import * as z from 'zod';
import { type ParkedEvent, type PlacedEvent, parkedEventSchema } from '../../../contracts/events.ts';
import { canonicalJson } from '../../../storage/canonicalJson.ts';
import { RedisConnection, type RedisOpening } from '../../queue/redis/connection.ts';
import { settledWithin } from '../../queue/redis/settledWithin.ts';
import type { EventLog, GroupHold } from '../eventLog.ts';
import { knownEvent } from '../knownEvent.ts';
import { holdMilliseconds, keepHold } from './keepHold.ts';
import { comparePositions, positionBefore, startPosition } from './positions.ts';
import { advanceScript, appendScript, openScript, releaseScript, renewScript } from './scripts.ts';
import { StreamBell } from './streamBell.ts';

/** How long the server may take to have back what is held, when the log is closed. */
const closeMilliseconds = 2000;

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
  const opened = evaluate(openScript, randomUUID()).catch(async (error: unknown) => {
    await connection.close();
    throw error;
  });
  const made = String(await opened);
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
    setPaused: async (isPaused) => {
      const key = connection.key('paused');
      await connection.ask<unknown>((redis) => (isPaused ? redis.set(key, '1') : redis.del(key)));
    },
    isPaused: async () => (await connection.ask((redis) => redis.exists(connection.key('paused')))) === 1,
    hold: async (name) => {
      const token = randomUUID();
      const begun = performance.now();
      const taken = await connection.ask((redis) =>
        redis.set(connection.key(`hold:${name}`), token, 'PX', holdMilliseconds, 'NX'),
      );
      if (taken === null) return null;
      const hold = keepHold(
        name,
        begun,
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
      await settledWithin(
        closeMilliseconds,
        [...holds].map((hold) => hold.release()),
      );
      await bell.close();
      await connection.close();
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
