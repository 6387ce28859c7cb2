import type { TaskState } from '../../../contracts/tasks.ts';
import type { RedisConnection } from './connection.ts';
import { seqOf } from './replies.ts';

const pageSize = 200;

/**
 * Ids of tasks that may be of `state`, the youngest first, page by page, of those with a seq below `before`. What is
 * often many is met soon on the way back through all; what is few is looked up.
 */
export async function* taskIds(
  connection: RedisConnection,
  state: TaskState,
  before: number,
): AsyncGenerator<readonly string[]> {
  if (state === 'running' || state === 'delayed') {
    const found = await (state === 'running' ? runningIds(connection) : delayedIds(connection));
    const sorted = found.filter(({ seq }) => seq < before).sort((a, b) => b.seq - a.seq);
    for (let at = 0; at < sorted.length; at += pageSize) {
      yield sorted.slice(at, at + pageSize).map(({ id }) => id);
    }
    return;
  }
  const key = connection.key(state === 'dead' ? 'dead' : 'all');
  let last: number | string = before === Number.POSITIVE_INFINITY ? '+inf' : `(${before}`;
  for (;;) {
    const page = await connection.ask((redis) =>
      redis.zrevrangebyscore(key, last, '-inf', 'WITHSCORES', 'LIMIT', 0, pageSize),
    );
    yield page.filter((_, index) => index % 2 === 0);
    if (page.length < 2 * pageSize) return;
    last = `(${page.at(-1)}`;
  }
}

interface Found {
  readonly id: string;
  readonly seq: number;
}

async function delayedIds(connection: RedisConnection): Promise<Found[]> {
  const members = await connection.ask((redis) => redis.zrange(connection.key('delayed'), '0', '-1'));
  return members.map((member) => ({ seq: Number(member.slice(0, 16)), id: member.slice(17) }));
}

async function runningIds(connection: RedisConnection): Promise<Found[]> {
  const found: Found[] = [];
  for (const band of ['high', 'low']) {
    const entries = await connection.ask((redis) => redis.xrange(connection.key(`stream:${band}`), '-', '+'));
    for (const [, [, id = '']] of entries) {
      const about = await connection.ask((redis) => redis.hget(connection.key(`task:${id}`), 'about'));
      if (about !== null) found.push({ id, seq: seqOf(about) });
    }
  }
  return found;
}
