import { Agent, request } from 'node:http';
import { parentPort, workerData } from 'node:worker_threads';
import * as z from 'zod';

/*
 * A load generator in a thread of its own: sends requests at a fixed pace over connections that stay open, whether
 * or not earlier ones were answered, and measures from when each should have been sent. So a server that stalls
 * is charged for all who would have come meanwhile (Tene, "How NOT to measure latency", 2013).
 */
const { url, token, perSecond, seconds, connections } = z
  .object({
    url: z.string(),
    token: z.string().nullable(),
    perSecond: z.number(),
    seconds: z.number(),
    connections: z.number(),
  })
  .parse(workerData);

const agent = new Agent({ keepAlive: true, maxSockets: connections });
const headers = token === null ? {} : { Authorization: `Bearer ${token}` };

function send(due: number): Promise<number | null> {
  return new Promise((resolve) => {
    const sent = request(url, { agent, headers }, (response) => {
      response.resume();
      response.on('end', () => resolve(response.statusCode === 200 ? performance.now() - due : null));
    });
    sent.on('error', () => resolve(null));
    sent.end();
  });
}

const total = perSecond * seconds;
const began = performance.now();
const answers: Promise<number | null>[] = [];
await new Promise<void>((resolve) => {
  const tick = (): void => {
    const dueNow = Math.min(total, Math.floor(((performance.now() - began) / 1000) * perSecond) + 1);
    while (answers.length < dueNow) answers.push(send(began + (answers.length / perSecond) * 1000));
    if (answers.length === total) resolve();
    else setTimeout(tick, 1);
  };
  tick();
});
const latencies = await Promise.all(answers);
agent.destroy();
parentPort?.postMessage({ latencies, seconds: (performance.now() - began) / 1000 });
