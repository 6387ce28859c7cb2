import { tmpdir } from 'node:os';
import { expect, test } from 'vitest';
import { healthReportSchema, serviceHealthSchema } from '../../extension/contracts/health.ts';
import { untriedLimits } from '../../extension/contracts/isolation.ts';
import { type HealthParts, labHealth } from '../../extension/labHealth.ts';
import { connectDocker } from '../../sandbox/dockerApi.ts';
import type { BackendStatus, SandboxBackend } from '../../sandbox/sandbox.ts';

const ready: BackendStatus = {
  name: 'quickjs',
  level: 'preview',
  state: 'ready',
  problem: null,
  action: null,
  note: null,
  limits: untriedLimits,
};

function backend(status: Partial<BackendStatus>, onProbe = () => {}): SandboxBackend {
  return {
    name: 'quickjs',
    level: 'preview',
    probe: async () => {
      onProbe();
      return { ...ready, ...status };
    },
    prepare: async () => {},
    start: () => Promise.reject(new Error('starts nothing')),
  };
}

function healthParts(): HealthParts {
  return {
    folder: tmpdir(),
    clock: () => 1_700_000_060_000,
    instruments: {
      version: '1.2.3',
      openedTime: 1_700_000_000_000,
      loopDelay: () => ({ median: 0, p99: 0.01, max: 0.02 }),
      venues: () => [],
      readQueue: async () => null,
      observe: () => {},
    },
    backends: [backend({})],
    acceptMissingLimits: [],
    docker: connectDocker('/nowhere/docker.sock'),
    askJournal: async () => null,
    isLed: async () => true,
    isEngineOpen: () => true,
  };
}

function healthOf(change: Partial<HealthParts> = {}) {
  return labHealth({ ...healthParts(), ...change });
}

const stateOf = async (health: ReturnType<typeof labHealth>, part: string) =>
  (await health.report()).parts.find((found) => found.part === part);

test('the report has every part with its latency, and is as the contract has it', async () => {
  const report = await healthOf().report();
  expect(healthReportSchema.parse(report)).toEqual(report);
  expect(report).toMatchObject({ status: 'ok', version: '1.2.3', uptime_seconds: 60 });
  expect(report.parts.map(({ part }) => part).sort()).toEqual(
    [
      'journal',
      'sandbox',
      'disk',
      'docker',
      'data-feeds',
      'exchanges',
      'models',
      'queue',
      'workers',
      'redis',
      'event-loop',
    ].sort(),
  );
});

test('a machine without Docker, Redis, feeds and models is well: nothing needs them', async () => {
  const health = healthOf();
  for (const part of ['docker', 'redis', 'data-feeds', 'exchanges', 'models', 'queue']) {
    expect((await stateOf(health, part))?.state, part).toBe('absent');
  }
});

test('a journal that does not answer takes the lab down, with what it said', async () => {
  const health = healthOf({ askJournal: () => Promise.reject(new Error('disk I/O error')) });
  expect((await health.report()).status).toBe('down');
  expect(await stateOf(health, 'journal')).toMatchObject({ state: 'down', detail: 'disk I/O error' });
  expect(health.service().status).toBe('down');
});

test('a machine on which no strategy can run is down, and says what to do', async () => {
  const health = healthOf({ backends: [backend({ state: 'unavailable', action: 'Install it.' })] });
  expect(await stateOf(health, 'sandbox')).toMatchObject({
    state: 'down',
    reason: 'sandbox.unavailable',
    action: 'Install it.',
  });
});

test('sandboxes are tried for the first who asks, and not again for everyone within a minute', async () => {
  let probes = 0;
  const count = () => {
    probes += 1;
  };
  let now = 0;
  const health = healthOf({ backends: [backend({}, count)], clock: () => now });
  for (let second = 0; second < 60; second++) {
    now = second * 1000;
    await health.report();
  }
  expect(probes).toBe(1);
  now = 60_000;
  await health.report();
  expect(probes).toBe(2);
});

test('an exchange that answered slowly of late is told from what was seen', async () => {
  const venue = { venue: 'binance', lagSeconds: null, time: 1_700_000_050_000 };
  const withVenues = (venues: ReturnType<HealthParts['instruments']['venues']>) =>
    healthOf({
      instruments: {
        version: '1',
        openedTime: 0,
        loopDelay: () => null,
        venues: () => venues,
        readQueue: async () => null,
        observe: () => {},
      },
    });
  const slow = withVenues([{ ...venue, latencySeconds: 3 }]);
  expect(await stateOf(slow, 'exchanges')).toMatchObject({
    state: 'degraded',
    detail: 'binance answered in 3000 ms.',
  });
  expect((await slow.report()).status).toBe('degraded');
  const long = withVenues([{ ...venue, latencySeconds: 3, time: 0 }]);
  expect((await stateOf(long, 'exchanges'))?.state).toBe('absent');
});

test('whether the Docker daemon answers is told to the instruments, and nothing where there is none', async () => {
  const seen: unknown[] = [];
  const { instruments } = healthParts();
  const told = { ...instruments, observe: (observation: unknown) => void seen.push(observation) };
  const answering = (ping: () => Promise<unknown>) =>
    healthOf({ instruments: told, docker: Object.assign(connectDocker('/nowhere/docker.sock'), { ping }) });
  await healthOf({ instruments: told }).report();
  expect(seen).toEqual([]);
  await answering(async () => null).report();
  const broken = Object.assign(new Error('no'), { statusCode: 500 });
  await answering(() => Promise.reject(broken)).report();
  expect(seen).toEqual([
    { kind: 'connection-changed', peer: 'docker', isUp: true },
    { kind: 'connection-changed', peer: 'docker', isUp: false },
  ]);
});

test.each([
  [true, 3, 'ok'],
  [false, 0, 'absent'],
  [false, 3, 'degraded'],
])('of the workers: led %s with %i tasks that wait is %s', async (isLed, tasks, state) => {
  const queue = {
    depths: [{ priority: 0, tenant: 'a', tasks }],
    oldestReadyTime: null,
    running: 0,
    isPaused: false,
    deadLetters: 0,
    workers: { active: 1, total: 2 },
  };
  const { instruments } = healthParts();
  const health = healthOf({
    isLed: async () => isLed,
    instruments: { ...instruments, readQueue: async () => queue },
  });
  expect((await stateOf(health, 'workers'))?.state).toBe(state);
});

test('a Redis stands in the place of what says that there is none', async () => {
  const redis = {
    part: 'redis',
    isEssential: true,
    check: () => Promise.reject(new Error('connection refused')),
  };
  const report = await healthOf({ more: [redis] }).report();
  expect(report.parts.filter(({ part }) => part === 'redis')).toMatchObject([
    { state: 'down', detail: 'connection refused' },
  ]);
  expect(report.status).toBe('down');
});

test.each([
  [100, 0, false, 'ok'],
  [101, 0, false, 'degraded'],
  [0, 1, false, 'degraded'],
  [0, 0, true, 'degraded'],
])('a queue with %i waiting tasks and %i that were given up, paused %s, is %s', async (...given) => {
  const [tasks, deadLetters, isPaused, state] = given;
  const queue = {
    depths: [{ priority: 1, tenant: 'a', tasks }],
    oldestReadyTime: null,
    running: 0,
    isPaused,
    deadLetters,
    workers: { active: 0, total: 0 },
  };
  const health = healthOf({
    instruments: {
      version: '1',
      openedTime: 0,
      loopDelay: () => null,
      venues: () => [],
      readQueue: async () => queue,
      observe: () => {},
    },
  });
  expect((await stateOf(health, 'queue'))?.state).toBe(state);
});

test('the short health is from memory alone, with the fields that others ask for', () => {
  let asked = 0;
  const count = async () => {
    asked += 1;
    return null;
  };
  const service = healthOf({ askJournal: count }).service();
  expect(serviceHealthSchema.parse(service)).toEqual(service);
  expect(service).toEqual({
    status: 'ok',
    version: '1.2.3',
    running: true,
    uptime_seconds: 60,
    config: { enable_aster: false, enable_drift: false, enable_symphony: false, paper_trading: true },
    components: {
      trading_loop: 'absent',
      agent_orchestrator: 'running',
      position_tracker: 'absent',
      platform_router: 'absent',
    },
  });
  expect(asked).toBe(0);
});
