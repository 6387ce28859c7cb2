import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { findProgram } from '../../setup/packages.ts';
import { sampleMetrics, sampleWorld, taskEnded } from './sampleMetrics.ts';

const program = findProgram('prometheus');

/** A port that is free now. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  await new Promise((done) => server.close(done));
  return port;
}

test.skipIf(program === undefined)(
  'a real Prometheus scrapes the metrics and answers with them',
  async () => {
    const folder = await mkdtemp(join(tmpdir(), 'strategy-lab-prometheus-'));
    onTestFinished(() => rm(folder, { recursive: true, force: true }));
    const metrics = sampleMetrics(sampleWorld());
    metrics.observe(taskEnded());
    metrics.observe({ kind: 'reasoned', agent: 'rules', priority: 5, seconds: 0.2, providerSeconds: 0 });
    const server = createServer((_, response) => {
      void metrics.expose().then(({ contentType, text }) => {
        response.setHeader('content-type', contentType).end(text);
      });
    });
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    onTestFinished(() => void server.close());
    const { port } = server.address() as AddressInfo;
    const config = {
      scrape_configs: [
        {
          job_name: 'lab',
          scrape_interval: '200ms',
          scrape_timeout: '200ms',
          static_configs: [{ targets: [`127.0.0.1:${port}`] }],
        },
      ],
    };
    // JSON is YAML.
    await writeFile(join(folder, 'prometheus.yml'), JSON.stringify(config));
    const own = await freePort();
    const child = spawn(
      program ?? '',
      [
        `--config.file=${join(folder, 'prometheus.yml')}`,
        `--storage.tsdb.path=${join(folder, 'data')}`,
        `--web.listen-address=127.0.0.1:${own}`,
      ],
      { stdio: 'ignore' },
    );
    const ended = new Promise((done) => child.once('exit', done));
    onTestFinished(async () => {
      child.kill('SIGKILL');
      await ended;
    });
    const query = async (expression: string): Promise<string | undefined> => {
      const address = `http://127.0.0.1:${own}/api/v1/query?query=${encodeURIComponent(expression)}`;
      const answer = await fetch(address).catch(() => undefined);
      if (answer?.status !== 200) return undefined;
      const { data } = (await answer.json()) as { data: { result: { value: [number, string] }[] } };
      return data.result[0]?.value[1];
    };
    const options = { timeout: 30_000, interval: 200 };
    await expect.poll(() => query('queue_depth{priority="5",tenant="alice"}'), options).toBe('3');
    expect(await query('reasoning_latency_seconds_count{agent="rules",priority="5"}')).toBe('1');
    expect(await query('task_completion_rate{task_type="backtest"}')).toBe('1');
    expect(await query('sum(sandbox_escape_attempts_total)')).toBe('0');
    expect(await query('histogram_quantile(0.95, reasoning_latency_seconds_bucket)')).toMatch(/^0\.2/);
  },
);
