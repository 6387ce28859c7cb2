import { spawnSync } from 'node:child_process';
import { globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import * as z from 'zod';
import { findProgram } from '../setup/packages.ts';
import { sampleMetrics, sampleSaga, sampleWorld } from './metrics/sampleMetrics.ts';

const folder = join(import.meta.dirname, '../../extension/observability/deployment');
const read = (name: string): string => readFileSync(join(folder, name), 'utf8');

const dashboardSchema = z.object({
  uid: z.string(),
  title: z.string(),
  panels: z.array(
    z.object({
      id: z.number(),
      title: z.string(),
      gridPos: z.object({ x: z.number(), y: z.number(), w: z.number(), h: z.number() }),
      datasource: z.object({ uid: z.literal('prometheus') }),
      targets: z.array(z.object({ refId: z.string(), expr: z.string() })).min(1),
    }),
  ),
});
const dashboards = globSync('grafana/dashboards/*.json', { cwd: folder }).map((name) => ({
  name,
  ...dashboardSchema.parse(JSON.parse(read(name))),
}));
const expressions = [
  ...dashboards.flatMap(({ panels }) => panels.flatMap(({ targets }) => targets.map(({ expr }) => expr))),
  ...[...read('alerts.yml').matchAll(/^ +expr: (.*)$/gm)].map(([, expr = '']) => expr),
];

const metricNames = sampleMetrics(sampleWorld()).names();
/** The metrics that an expression asks for: names that are no function, no label and no word of the language. */
function metricsOf(expression: string): string[] {
  const bare = expression.replace(/\{[^}]*\}|\[[^\]]*\]|\b(by|without) *\([^)]*\)/g, '');
  return [...bare.matchAll(/\b([a-z_]+)\b(?! *\()/g)]
    .map(([, name = '']) => name)
    .filter((name) => !['by', 'up'].includes(name));
}

const labelsOf = (labels: Readonly<Record<string, string>>): string =>
  `{${Object.entries(labels)
    .map(([name, value]) => `${name}=${JSON.stringify(value)}`)
    .join(',')}}`;

test('there are dashboards and alerts, each panel in its place', () => {
  expect(dashboards.map(({ title }) => title).sort()).toEqual([
    'Strategy Lab: Agents and data',
    'Strategy Lab: Overview',
  ]);
  expect(expressions.length).toBeGreaterThan(40);
  for (const { panels, name } of dashboards) {
    expect(new Set(panels.map(({ id }) => id)).size, name).toBe(panels.length);
    for (const { gridPos } of panels) expect(gridPos.x + gridPos.w).toBeLessThanOrEqual(24);
  }
});

test('every metric that a dashboard or an alert asks for is one that the lab has', () => {
  for (const expression of expressions) {
    const asked = metricsOf(expression);
    if (!expression.startsWith('up{')) expect(asked.length, expression).toBeGreaterThan(0);
    for (const name of asked) {
      const plain = name.replace(/_(bucket|sum|count)$/, '');
      expect(metricNames.includes(name) || metricNames.includes(plain), `${name} of ${expression}`).toBe(
        true,
      );
    }
  }
});

test('every metric that the lab has stands on a dashboard', () => {
  const shown = new Set(
    expressions.flatMap(metricsOf).map((name) => name.replace(/_(bucket|sum|count)$/, '')),
  );
  expect(metricNames.filter((name) => !shown.has(name))).toEqual([]);
});

describe.skipIf(findProgram('promtool') === undefined)('promtool', () => {
  const check = (...args: string[]) => {
    const { status, stdout, stderr } = spawnSync('promtool', ['check', ...args], { encoding: 'utf8' });
    return { status, said: status === 0 ? '' : `${stdout}${stderr}` };
  };

  test('takes the configuration and the alerts', () => {
    expect(check('config', '--syntax-only', join(folder, 'prometheus.yml'))).toEqual({ status: 0, said: '' });
    expect(check('rules', join(folder, 'alerts.yml'))).toEqual({ status: 0, said: '' });
  });

  const alert = { reason: 'sandbox.tampered' };
  const report = { findings: [{ kind: 'network', count: 1, refused: 1, examples: [] }] };
  test.each([
    ['NotUndone', sampleSaga({ notUndone: [{ step: 'code' }] as never }), {}],
    ['SandboxEscapeAttempt', sampleSaga({ alerts: [alert] as never }), { reason: 'sandbox.tampered' }],
    ['SandboxEscapeAttempt', sampleSaga({ forensics: [report] as never }), { reason: 'forensics.network' }],
  ])('raises %s for the first of a kind that a lab ever has', async (alertname, saga, labels) => {
    const place = mkdtempSync(join(tmpdir(), 'strategy-lab-alerts-'));
    onTestFinished(() => rmSync(place, { recursive: true }));
    const world = sampleWorld();
    const metrics = sampleMetrics(world);
    const scrape = async () => {
      const { text } = await metrics.expose();
      return new Map(
        [...text.matchAll(/^([a-z_]+(?:\{.*\})?) (\S+)$/gm)].map(([, name, value]) => [name, value]),
      );
    };
    const before = await scrape();
    world.sagas = [saga];
    const after = await scrape();
    writeFileSync(join(place, 'alerts.yml'), read('alerts.yml'));
    const tests = {
      rule_files: [join(place, 'alerts.yml')],
      tests: [
        {
          interval: '15s',
          // A series that is not there yet has no value, and no zero either.
          input_series: [...after].map(([series, value]) => ({
            series,
            values: `${before.get(series) ?? '_'}x9 ${value}x9`,
          })),
          promql_expr_test: [
            {
              expr: `sum by (alertname, reason) (ALERTS{alertname="${alertname}",alertstate="firing"})`,
              eval_time: '4m',
              exp_samples: [{ labels: labelsOf({ alertname, ...labels }), value: 1 }],
            },
          ],
        },
      ],
    };
    // JSON is YAML.
    writeFileSync(join(place, 'tests.yml'), JSON.stringify(tests));
    const { status, stdout, stderr } = spawnSync('promtool', ['test', 'rules', join(place, 'tests.yml')], {
      encoding: 'utf8',
    });
    expect(status, `${stdout}${stderr}`).toBe(0);
  });

  test('takes the configuration with all the files that it names, as compose gives them to Prometheus', () => {
    const place = mkdtempSync(join(tmpdir(), 'strategy-lab-prometheus-'));
    onTestFinished(() => rmSync(place, { recursive: true }));
    const [, inside = ''] =
      /\$\{STRATEGY_LAB_SCRAPE_TOKEN_FILE:\?[^}]*\}:([^:]+):ro$/m.exec(read('compose.yaml')) ?? [];
    writeFileSync(join(place, 'token'), 'token');
    writeFileSync(join(place, 'alerts.yml'), read('alerts.yml'));
    const config = read('prometheus.yml').replace(
      `credentials_file: ${inside}\n`,
      `credentials_file: ${place}/token\n`,
    );
    writeFileSync(join(place, 'prometheus.yml'), config);
    expect(config).toContain(`${place}/token`);
    expect(check('config', join(place, 'prometheus.yml'))).toEqual({ status: 0, said: '' });
  });

  test('takes every expression of the dashboards', () => {
    const place = mkdtempSync(join(tmpdir(), 'strategy-lab-rules-'));
    onTestFinished(() => rmSync(place, { recursive: true }));
    const rules = expressions.map((expr, index) => ({ record: `lab:expression:${index}`, expr }));
    // JSON is YAML.
    writeFileSync(join(place, 'rules.yml'), JSON.stringify({ groups: [{ name: 'all', rules }] }));
    expect(check('rules', join(place, 'rules.yml'))).toEqual({ status: 0, said: '' });
  });
});

describe('what compose starts', () => {
  const compose = read('compose.yaml');

  test('is of a version that is named to the last digit', () => {
    const images = [...compose.matchAll(/^ +image: (.*)$/gm)].map(([, image = '']) => image);
    expect(images).toHaveLength(3);
    for (const image of images) expect(image).toMatch(/^[a-z/]+:v?\d+\.\d+\.\d+(-alpine)?$/);
  });

  test('listens on loopback alone', () => {
    for (const [, port = ''] of compose.matchAll(/^ +ports: \["(.*)"\]$/gm)) {
      expect(port).toMatch(/^127\.0\.0\.1:/);
    }
    const onHost = compose.split('\n').filter((line) => line.includes('network_mode: host')).length;
    const addresses = compose.match(/127\.0\.0\.1:9090|GF_SERVER_HTTP_ADDR: 127\.0\.0\.1/g) ?? [];
    expect(onHost).toBe(addresses.length);
    expect(compose).not.toContain('0.0.0.0');
  });

  test('has no password of its own, and Redis never drops pending work', () => {
    expect(compose).toContain('GRAFANA_PASSWORD:?');
    expect(compose).toContain('"noeviction"');
  });
});
