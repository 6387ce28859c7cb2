import type { IncomingMessage, ServerResponse } from 'node:http';
import * as z from 'zod';
import { LabError } from '../../contracts/errors.ts';
import { publishedStream } from '../../orchestrator/events/published.ts';
import { sagaStream } from '../../orchestrator/saga/sagaLog.ts';
import type { JournalRow } from '../../storage/bus/busPort.ts';
import { type Caller, localTenant } from '../caller.ts';
import type { PathHider } from '../hiddenPaths.ts';
import type { EventPort } from '../ports.ts';
import { guestReads } from './guestReads.ts';

/** A comment now and then tells proxies and callers that the line is open. */
const heartbeatMilliseconds = 15_000;
const pageSize = 200;
/** What a slow caller has not taken yet; beyond it the line ends, and the caller resumes where it was. */
const mostBufferedBytes = 4_000_000;
/** Streams of which it is remembered whether a caller may see them; others are looked up again. */
const mostSeen = 1000;
/** What it weighs to look up whether a guest may see a stream, where a page of the journal weighs 1. */
const lookUpWeight = 0.1;

export interface EventStreamLimits {
  readonly eventClients: number;
  readonly eventClientsOfTenant: number;
  readonly guestPagesPerSecond: number;
}

export interface EventStreams {
  /**
   * Sends events until the caller goes, from behind the place that it had reached: the header Last-Event-ID, else
   * `after` of the query, else from now on.
   * @throws LabError `api.limit`, `usage`, before anything was sent
   */
  open(
    request: IncomingMessage,
    response: ServerResponse,
    query: URLSearchParams,
    caller: Caller,
  ): Promise<void>;
  close(): void;
}

/** Server-sent events by the HTML standard (section 9.2): `id` is the event's place in the journal. */
export function eventStreams(events: EventPort, limits: EventStreamLimits, hider: PathHider): EventStreams {
  const open = new Map<ServerResponse, string>();
  const readForGuest = guestReads(limits.guestPagesPerSecond, () => performance.now());
  return {
    async open(request, response, query, caller) {
      const wanted = readQuery(request, query);
      const { tenant } = caller;
      const isOwner = tenant === localTenant;
      const ofTenant = [...open.values()].filter((other) => other === tenant).length;
      const isFull = !isOwner && open.size >= limits.eventClients;
      if (isFull || ofTenant >= limits.eventClientsOfTenant) {
        throw new LabError('api.limit', `${ofTenant} event streams are open already.`, {
          action: 'Close one that is not needed.',
        });
      }
      open.set(response, tenant);
      const stop = new AbortController();
      response.on('close', () => stop.abort());
      let timer: NodeJS.Timeout | undefined;
      try {
        // The place is taken before the first byte: what happens from here on is sent.
        const last = await events.last();
        const position = wanted.position ?? last;
        // An id of another journal, or of events that a power cut took: what comes next would be skipped unheard.
        if (position > last) throw unknownPlace(position, last);
        response.writeHead(200, {
          'Content-Type': 'text/event-stream; charset=utf-8',
          'X-Accel-Buffering': 'no',
        });
        response.write(`retry: 1000\nid: ${position}\n\n`);
        timer = setInterval(() => response.write(': here\n\n'), heartbeatMilliseconds);
        await follow(position, wanted.isWanted);
      } finally {
        clearInterval(timer);
        open.delete(response);
        if (response.headersSent) response.end();
      }

      async function follow(from: number, isWanted: (event: JournalRow) => boolean): Promise<void> {
        const seen = new Map<string, boolean>();
        let position = from;
        let hasNews = true;
        let wake = (): void => {};
        const stopListening = events.onNews(() => {
          hasNews = true;
          wake();
        });
        stop.signal.addEventListener('abort', () => wake(), { once: true });
        try {
          while (!stop.signal.aborted) {
            if (!hasNews) {
              await new Promise<void>((resolve) => {
                wake = resolve;
              });
              continue;
            }
            hasNews = false;
            const page = (await read(1, () => events.after(position, pageSize))) ?? [];
            if (page.length === pageSize) hasNews = true;
            for (const event of page) {
              position = event.position;
              if (!isWanted(event) || !(await maySee(subjectOf(event), seen))) continue;
              if (stop.signal.aborted || !send(event)) return;
            }
          }
        } finally {
          stopListening();
        }
      }

      async function read<T>(weight: number, work: () => Promise<T>): Promise<T | null> {
        return isOwner ? work() : readForGuest(work, { tenant, weight, signal: stop.signal });
      }

      /** Who owns a stream never changes. */
      async function maySee(stream: string, seen: Map<string, boolean>): Promise<boolean> {
        const known =
          seen.get(stream) ?? (await read(lookUpWeight, () => events.maySee(stream, caller))) ?? false;
        seen.delete(stream);
        seen.set(stream, known);
        for (const oldest of seen.keys()) {
          if (seen.size <= mostSeen) break;
          seen.delete(oldest);
        }
        return known;
      }

      function send({ position, stream, type, version, time, traceId, data }: JournalRow): boolean {
        const head = JSON.stringify({ position, stream, type, version, time, trace_id: traceId });
        // As it is stored, it is JSON on one line already.
        const told = isOwner ? data : JSON.stringify(hider.value(JSON.parse(data)));
        response.write(`id: ${position}\nevent: ${type}\ndata: ${head.slice(0, -1)},"data":${told}}\n\n`);
        return response.writableLength <= mostBufferedBytes;
      }
    },
    close() {
      for (const response of open.keys()) response.destroy();
    },
  };
}

const correlatedSchema = z.object({ correlationId: z.string() });

interface Wanted {
  readonly position: number | null;
  readonly isWanted: (event: JournalRow) => boolean;
}

const known = ['after', 'types', 'task_id'];

function readQuery({ headers }: IncomingMessage, query: URLSearchParams): Wanted {
  const unknown = [...query.keys()].find((name) => !known.includes(name));
  if (unknown !== undefined) throw wrong(`/v1/events knows no ${unknown.slice(0, 60)}.`);
  const lastId = headers['last-event-id'];
  const text = typeof lastId === 'string' ? lastId : query.get('after');
  if (text !== null && !/^\d{1,15}$/.test(text))
    throw wrong('Last-Event-ID and after take the id of an event.');
  const types = query.get('types')?.split(',') ?? [];
  if (types.some((type) => !/^([a-z_-]+\.)?([a-z_-]+|\*)$/.test(type))) {
    throw wrong('types takes names of events such as saga.failed, or saga.*, parted by commas.');
  }
  const taskId = query.get('task_id');
  return {
    position: text === null ? null : Number(text),
    isWanted: (event) =>
      (types.length === 0 || types.some((wanted) => fits(event.type, wanted))) &&
      (taskId === null || [`saga/${taskId}`, `task/${taskId}`].includes(subjectOf(event))),
  };
}

/** The stream of what an event is of: the run's, of one that is published beside its facts. */
function subjectOf({ stream, data }: JournalRow): string {
  const published =
    stream === publishedStream ? correlatedSchema.safeParse(JSON.parse(data)).data : undefined;
  return published === undefined ? stream : sagaStream(published.correlationId);
}

function fits(type: string, wanted: string): boolean {
  return wanted.endsWith('*') ? type.startsWith(wanted.slice(0, -1)) : type === wanted;
}

function unknownPlace(position: number, last: number): LabError {
  return new LabError('usage', `The last event of this lab is ${last}: none has the id ${position}.`, {
    action: 'Begin again with after=0, or without a place for what happens from now on.',
  });
}

function wrong(message: string): LabError {
  return new LabError('usage', message, { action: 'See /v1/events in /openapi.json.' });
}
