import type { IncomingMessage, ServerResponse } from 'node:http';
import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import type { Caller } from '../../extension/api/caller.ts';
import { pathHider } from '../../extension/api/hiddenPaths.ts';
import { eventStreams } from '../../extension/api/http/eventStream.ts';
import type { EventPort } from '../../extension/api/ports.ts';
import type { JournalRow } from '../../extension/storage/bus/busPort.ts';

const rowOf = (position: number, stream: string, data = '{}'): JournalRow => ({
  position,
  stream,
  type: 'saga.started',
  version: 1,
  time: 1,
  traceId: 't',
  data,
});

/** Follows rows to the last one as a caller of a tenant, and answers the ids that were sent and what was asked. */
async function follow(rows: readonly JournalRow[], tenant: string, query = 'after=0') {
  const asked: string[] = [];
  const reachedEnd = Promise.withResolvers<void>();
  let look = (): void => {};
  const events: EventPort = {
    async after(position, limit) {
      const page = rows.filter((row) => row.position > position).slice(0, limit);
      if (page.length === 0) reachedEnd.resolve();
      else look();
      return page;
    },
    last: async () => rows.at(-1)?.position ?? 0,
    onNews(wake) {
      look = wake;
      return () => {};
    },
    async maySee(stream) {
      asked.push(stream);
      return !stream.endsWith('-other');
    },
  };
  const response = Object.assign(new PassThrough(), {
    headersSent: false,
    writeHead() {
      response.headersSent = true;
    },
  });
  let sent = '';
  response.setEncoding('utf8').on('data', (text: string) => {
    sent += text;
  });
  const limits = { eventClients: 1, eventClientsOfTenant: 1, guestPagesPerSecond: 1000 };
  const streams = eventStreams(
    events,
    limits,
    pathHider('/home/ann/lab', '/home/ann/strategies', '/home/ann'),
  );
  const done = streams.open(
    { headers: {} } as IncomingMessage,
    response as unknown as ServerResponse,
    new URLSearchParams(query),
    { tenant } as Caller,
  );
  await Promise.race([reachedEnd.promise, done]);
  streams.close();
  await done;
  return { ids: [...sent.matchAll(/^id: (\d+)\nevent: /gm)].map(([, id]) => Number(id)), asked, sent };
}

test('what is not wanted, or not for the caller, is left out before anything of it is read', async () => {
  const broken = '{"no JSON';
  const rows = [
    rowOf(1, 'saga/a-other', broken),
    rowOf(2, 'saga/b', broken),
    rowOf(3, 'saga/c', '{"file":"/home/ann/x.ts"}'),
    rowOf(4, 'task/d', broken),
  ];
  const { ids, asked, sent } = await follow(rows, 'bob', 'after=0&task_id=c');
  expect(ids).toEqual([3]);
  expect(asked).toEqual(['saga/c']);
  expect(sent).toContain('"data":{"file":"x.ts"}}\n\n');
  expect((await follow(rows.slice(0, 1), 'bob')).ids).toEqual([]);
});

test('what a follower remembers of streams is bounded, and it hears of each event once in its order all the same', async () => {
  const count = 1100;
  const streamOf = (place: number) => `saga/s${place % count}${place % 2 === 0 ? '' : '-other'}`;
  const rows = Array.from({ length: 2 * count }, (_, place) => rowOf(place + 1, streamOf(place)));
  const twice = [...rows, rowOf(2 * count + 1, streamOf(2 * count - 1)), rowOf(2 * count + 2, streamOf(0))];
  const { ids, asked } = await follow(twice, 'bob');
  const wanted = twice.filter(({ stream }) => !stream.endsWith('-other')).map(({ position }) => position);
  expect(ids).toEqual(wanted);
  // Each was forgotten when its second turn came, but the last one.
  expect(asked).toHaveLength(2 * count + 1);
  const half = ids[Math.floor(ids.length / 2)] ?? 0;
  const rest = await follow(twice, 'bob', `after=${half}`);
  expect([...ids.filter((id) => id <= half), ...rest.ids]).toEqual(ids);
});

test('the owner gets the data as the journal has it', async () => {
  const data = '{"a":1e3,"file":"/home/ann/x.ts"}';
  expect((await follow([rowOf(1, 'saga/a', data)], 'local')).sent).toContain(`"data":${data}}\n\n`);
});

test('however many streams a guest has, the journal reads for one of them at a time, and for the owner for each', async () => {
  const rows = Array.from({ length: 700 }, (_, place) => rowOf(place + 1, `saga/s${place % 7}`));
  const mostAtOnce = async (tenant: string): Promise<number> => {
    let [atOnce, most] = [0, 0];
    const busy = async <T>(answer: T): Promise<T> => {
      atOnce += 1;
      most = Math.max(most, atOnce);
      await new Promise(setImmediate);
      atOnce -= 1;
      return answer;
    };
    const ended = Promise.withResolvers<void>();
    let following = 4;
    const events: EventPort = {
      async after(position, limit) {
        const page = await busy(rows.slice(position, position + limit));
        if (page.length < limit && --following === 0) ended.resolve();
        return page;
      },
      last: async () => rows.at(-1)?.position ?? 0,
      onNews: () => () => {},
      maySee: () => busy(true),
    };
    const limits = { eventClients: 4, eventClientsOfTenant: 4, guestPagesPerSecond: 1000 };
    const streams = eventStreams(events, limits, pathHider('/lab', '/strategies', '/home'));
    const all = Array.from({ length: 4 }, () => {
      const response = Object.assign(new PassThrough(), { headersSent: false, writeHead: () => {} });
      return streams.open(
        { headers: {} } as IncomingMessage,
        response.resume() as unknown as ServerResponse,
        new URLSearchParams('after=0'),
        { tenant } as Caller,
      );
    });
    await ended.promise;
    streams.close();
    await Promise.all(all);
    return most;
  };
  expect(await mostAtOnce('bob')).toBe(1);
  expect(await mostAtOnce('local')).toBe(4);
});
