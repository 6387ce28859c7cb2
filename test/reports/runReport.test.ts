import { createHash } from 'node:crypto';
import { buildSync } from 'esbuild';
import { describe, expect, test } from 'vitest';
import { untriedLimits } from '../../extension/contracts/isolation.ts';
import {
  chartDataSchema,
  type RunReportInput,
  runReportInputSchema,
} from '../../extension/contracts/report.ts';
import { jsonBlock } from '../../extension/reports/html.ts';
import { renderRunReport } from '../../extension/reports/runReport.ts';
import { maximumTradeRows } from '../../extension/reports/tradesSection.ts';
import { formatPercent, formatTime, withSign } from '../../webviews/shared/format.ts';
import { elements, markupOf, textOf } from './page.ts';
import { makeInput } from './sample.ts';

const assets = { script: 'document.title;', style: 'body { color: red }' };

function pageData(page: string): { chart: unknown; splitTime: unknown } {
  const block = elements(page, 'script').find(({ attributes }) => attributes.includes('application/json'));
  return JSON.parse(block?.content ?? '');
}

function section(page: string, id: string): string {
  return elements(page, 'section').find(({ attributes }) => attributes.includes(`id="${id}"`))?.content ?? '';
}

function monthsOf({ result }: RunReportInput) {
  if (result.monthlyReturns === null) throw new Error('the sample has months');
  return result.monthlyReturns;
}

/** Tags and attribute names of a page, in order: what hostile text must not change. */
function skeleton(page: string): string[] {
  return [...markupOf(page).matchAll(/<\/?[a-z0-9]+(?:\s+[a-z-]+(?:="[^"]*")?)*\s*>/gi)].map(([tag]) =>
    tag.replace(/="[^"]*"/g, ''),
  );
}

function bundle(entry: string): string {
  const built = buildSync({
    entryPoints: [entry],
    bundle: true,
    minify: true,
    format: 'iife',
    platform: 'browser',
    tsconfigRaw: '{}',
    write: false,
  });
  return built.outputFiles[0]?.text ?? '';
}

describe('a run report', () => {
  test('is the same to the byte for the same input, and names no host, path or time of its making', () => {
    const page = renderRunReport(makeInput(), assets);
    expect(renderRunReport(makeInput(), assets)).toBe(page);
    expect(renderRunReport(structuredClone(makeInput()), assets)).toBe(page);
    expect(page).not.toContain(process.cwd());
    expect(page).not.toContain(new Date().toISOString().slice(0, 10));
  });

  test('allows exactly its own script and style, and nothing from elsewhere', () => {
    const script = bundle('webviews/report/report.ts');
    const style = bundle('webviews/report/report.css');
    const page = renderRunReport(makeInput(), { script, style });
    const policy = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(page)?.[1];
    const hash = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
    const [, code] = elements(page, 'script');
    expect(code?.content).toBe(script);
    expect(policy).toBe(
      `default-src 'none'; script-src ${hash(code?.content ?? '')}; style-src ${hash(elements(page, 'style')[0]?.content ?? '')}; img-src data:; base-uri 'none'; form-action 'none'`,
    );
    expect(markupOf(page)).not.toMatch(/\s(?:style|on[a-z]+|src)=/i);
    expect(markupOf(page)).not.toMatch(/(?:href|action)="(?!#|data:,")/i);
    expect(script).not.toMatch(/\beval\(|new Function\(/);
    expect(style).not.toMatch(/url\(|@import/);
  });

  test('hashes an asset with Windows line ends as a browser reads it', () => {
    const page = renderRunReport(makeInput(), { script: 'a;\r\nb;' });
    expect(page).toContain(createHash('sha256').update('a;\nb;').digest('base64'));
    expect(page).not.toContain('\r');
  });

  test.each(['a</script>b', 'a</SCRIPT >', '<!-- a'])(
    'refuses a script that could end its element: %s',
    (script) => {
      expect(() => renderRunReport(makeInput(), { script })).toThrow(RangeError);
    },
  );

  test('carries chart data that its schema accepts', () => {
    const input = makeInput(3000, 100);
    const data = pageData(renderRunReport(input, assets));
    const chart = chartDataSchema.parse(data.chart);
    expect(chart.time).toEqual(input.chart.time);
    expect(chart.close.at(-1)).toBeCloseTo(input.chart.close.at(-1) ?? 0, 5);
    expect(data.splitTime).toBe(input.result.segments?.splitTime);
  });

  test('shows every metric of every part, each with its definition in two places', () => {
    const input = makeInput();
    const metrics = section(renderRunReport(input, assets), 'metrics');
    const tips = [...metrics.matchAll(/<span role="tooltip" id="([^"]+)">([^<]*)</g)];
    const described = [...metrics.matchAll(/<button type="button" aria-describedby="([^"]+)"/g)];
    const names = Object.keys(input.result.metrics);
    const texts = tips.map(([, , text = '']) => textOf(text));
    expect(texts.toSorted()).toEqual(names.map((name) => input.result.definitions[name]).toSorted());
    expect(described.map(([, id]) => id)).toEqual(tips.map(([, id]) => id));
    expect(new Set(tips.map(([, id]) => id)).size).toBe(names.length);
    const rows = elements(elements(metrics, 'details')[0]?.content ?? '', 'tr').map(({ content }) => content);
    for (const name of names) {
      const row = rows.find((content) => content.includes(`<code>${name}</code>`));
      expect(textOf(row ?? '')).toContain(input.result.definitions[name]);
    }
  });

  test('shows in-sample figures only beside their out-of-sample twin', () => {
    const input = makeInput();
    const page = renderRunReport(input, assets);
    const head = elements(section(page, 'metrics'), 'thead')[0]?.content ?? '';
    expect(elements(head, 'th').map(({ content }) => textOf(content))).toEqual([
      'Metric',
      'In-sample',
      'Out-of-sample',
      'Whole',
    ]);
    const search = section(page, 'optimisation');
    expect(textOf(search)).toContain('3.33not run');
    expect(textOf(search)).toContain('1.110.22');
    const alone = renderRunReport({ ...input, result: { ...input.result, segments: null } }, assets);
    expect(section(alone, 'metrics')).not.toContain('In-sample');
    expect(textOf(section(alone, 'warnings'))).toContain('every figure is in-sample');
  });

  test('says not available, and why, for a metric that the sample cannot carry', () => {
    const input = makeInput();
    const metrics = { ...input.result.metrics, profitFactor: null, trades: 0 };
    const page = renderRunReport({ ...input, result: { ...input.result, metrics } }, assets);
    expect(textOf(section(page, 'metrics'))).toContain('not availableno closed trade');
    expect(section(page, 'metrics')).not.toMatch(/NaN|null|undefined|Infinity/);
  });

  test('labels synthetic data before anything else', () => {
    const input = makeInput();
    expect(renderRunReport(input, assets)).not.toContain('Synthetic data');
    const { manifest } = input.result;
    const result = {
      ...input.result,
      manifest: { ...manifest, data: { ...manifest.data, synthetic: true } },
    };
    const page = textOf(markupOf(renderRunReport({ ...input, result }, assets)));
    expect(page.indexOf('Synthetic data')).toBeGreaterThan(0);
    expect(page.indexOf('Synthetic data')).toBeLessThan(page.indexOf('Key figures'));
  });

  test('warns of weak isolation, of a differing double run, of missing costs and of what was not understood', () => {
    const input = makeInput();
    const result: RunReportInput['result'] = {
      ...input.result,
      isolation: { level: 'preview', backend: 'quickjs', limits: untriedLimits },
      doubleRun: { verdict: 'different', chunks: [1, 2] },
      manifest: {
        ...input.result.manifest,
        settings: { ...input.result.manifest.settings, fee: 0, slippage: 0 },
      },
    };
    const warnings = textOf(section(renderRunReport({ ...input, result }, assets), 'warnings'));
    for (const part of [
      'level preview',
      'different orders',
      'No fee',
      'No slippage',
      'a good feeling',
      'Few trades.',
    ]) {
      expect(warnings).toContain(part);
    }
  });

  test('places warnings before every figure of the sections', () => {
    const page = renderRunReport(makeInput(), assets);
    const order = elements(page, 'section').map(({ attributes }) => /id="([^"]+)"/.exec(attributes)?.[1]);
    expect(order).toEqual([
      'warnings',
      'metrics',
      'charts',
      'months',
      'drawdowns',
      'trades',
      'optimisation',
      'reasoning',
      'steps',
      'guardian',
      'source',
      'log',
      'manifest',
    ]);
  });

  test('lists as many trades as a page can carry and says how many are left out', () => {
    const input = makeInput(18_100, maximumTradeRows + 1000);
    const trades = section(renderRunReport(input, assets), 'trades');
    expect(elements(elements(trades, 'tbody')[0]?.content ?? '', 'tr')).toHaveLength(maximumTradeRows);
    expect(textOf(trades)).toContain('The last 1,000 are left out');
    const few = section(renderRunReport(makeInput(), assets), 'trades');
    expect(few).not.toContain('left out');
    expect(textOf(few)).toContain('1 of them still open');
  });

  test('shows the return of each month with the part of the data in which it lies', () => {
    const input = makeInput(24 * 100);
    const months = section(renderRunReport(input, assets), 'months');
    const cells = elements(elements(months, 'tbody')[0]?.content ?? '', 'td');
    const { years } = monthsOf(input);
    expect(cells.slice(0, 4).map(({ content }) => textOf(content))).toEqual(
      years[0]?.months.slice(0, 4).map(({ value }) => withSign(formatPercent(value ?? Number.NaN, 1))),
    );
    expect(cells.slice(0, 4).map(({ attributes }) => attributes)).toEqual([
      expect.stringContaining('in-sample'),
      expect.stringContaining('in-sample'),
      expect.stringContaining('mixed'),
      expect.stringContaining('held-back'),
    ]);
    expect(textOf(months)).toContain('Framed months are out-of-sample');
  });

  test('lists the deepest drawdowns with their times', () => {
    const input = makeInput();
    const drawdowns = section(renderRunReport(input, assets), 'drawdowns');
    const rows = elements(elements(drawdowns, 'tbody')[0]?.content ?? '', 'tr').map(({ content }) => content);
    expect(rows).toHaveLength(input.result.drawdowns?.length ?? 0);
    expect(textOf(rows[0] ?? '')).toContain(formatPercent(input.result.metrics['maxDrawdown'] ?? 0));
    expect(textOf(rows[0] ?? '')).toContain(formatTime(input.result.drawdowns?.[0]?.troughTime ?? 0));
  });

  test('shows a result of before there were months, drawdowns and excursions without them', () => {
    const input = makeInput();
    const { monthlyReturns: _, drawdowns: __, ...stored } = input.result;
    const {
      riskFreeRate: ___,
      targetReturn: ____,
      tailConfidence: _____,
      ...settings
    } = stored.manifest.settings;
    const trades = stored.trades.map(({ adverseExcursion: _, favourableExcursion: __, ...trade }) => trade);
    const result = { ...stored, trades, manifest: { ...stored.manifest, settings } };
    const page = renderRunReport(runReportInputSchema.parse({ ...input, result }), assets);
    expect(section(page, 'months') + section(page, 'drawdowns')).toBe('');
    expect(section(page, 'trades')).not.toContain('MAE and MFE');
    expect(textOf(section(page, 'metrics'))).toContain('Confidence of value at risk95%');
    expect(markupOf(page)).not.toMatch(/NaN|undefined|Infinity/);
  });

  test('gives each chart a summary in words and a table', () => {
    const figures = elements(renderRunReport(makeInput(), assets), 'figure');
    expect(figures).toHaveLength(3);
    for (const { content } of figures) {
      expect(content).toMatch(/<p class="note" id="chart-[a-z]+-summary">[^<]{40,}/);
      expect(elements(elements(content, 'details')[0]?.content ?? '', 'tr').length).toBeGreaterThan(40);
    }
  });

  test('renders a run without trades, idea, pipeline or bars', () => {
    const { title, result } = makeInput();
    const empty = runReportInputSchema.parse({
      title,
      chart: { ...makeInput(0, 0).chart },
      result: {
        ...result,
        trades: [],
        rejections: { total: 0, first: [] },
        log: [],
        warnings: [],
        segments: null,
        metrics: Object.fromEntries(Object.keys(result.metrics).map((name) => [name, null])),
      },
    });
    const page = renderRunReport(empty, assets);
    expect(textOf(section(page, 'trades'))).toContain('0 trades');
    expect(markupOf(page)).not.toMatch(/NaN|undefined|Infinity/);
  });
});

const hostile = [
  '</script><script>alert(1)</script>',
  '</style><img src=x onerror=alert(1)>',
  '"><svg/onload=alert(1)>',
  "' autofocus onfocus='alert(1)",
  '<!--<script>',
  '--><b>',
  ']]><x>',
  '&lt;script&gt;',
  '</pre></code></textarea></title><iframe src="javascript:alert(1)">',
  'a\u2028b\u2029c',
  'x\u202Egnp.exe\u2066y',
  '\u0000\u001b[2J\u0007',
  'lone \uD800 half',
];

/** `input` with `text` in every place that takes text from outside. */
function poison(input: RunReportInput, text: string): RunReportInput {
  const { result, reasoning } = input;
  if (reasoning === undefined) throw new Error('the sample has a reasoning');
  return runReportInputSchema.parse({
    ...input,
    title: text,
    idea: text,
    source: text,
    guard: input.guard?.map((finding) => ({ ...finding, message: text, advice: text })),
    steps: input.steps?.map(() => ({ name: text, outcome: text })),
    reasoning: {
      ...reasoning,
      agent: { ...reasoning.agent, name: text, version: text },
      family: text,
      steps: reasoning.steps.map(() => ({ title: text, text, numbers: { [text]: 1 } })),
      notUnderstood: [text],
    },
    optimisation: { ...input.optimisation, metric: text },
    result: {
      ...result,
      warnings: [text],
      log: [text],
      fillHash: text,
      definitions: Object.fromEntries(Object.keys(result.definitions).map((name) => [name, text])),
      metrics: { ...result.metrics, [text]: 1 },
      isolation: { ...result.isolation, backend: text },
      manifest: {
        ...result.manifest,
        data: { ...result.manifest.data, venue: text, symbol: text },
        strategy: { ...result.manifest.strategy, name: text, codeHash: text },
        engine: { version: text, runnerHash: text },
        runtime: text,
        rules: { [text]: text },
      },
    },
  });
}

describe('hostile text in a report', () => {
  test.each(hostile)('cannot end the data block, and reads back the same: %j', (text) => {
    const block = jsonBlock({ text }).text;
    expect(block).not.toMatch(/[<>&\u2028\u2029]/);
    expect(JSON.parse(block)).toEqual({ text });
  });

  const harmless = skeleton(renderRunReport(poison(makeInput(), 'harmless'), assets));

  test.each(hostile)('adds no tag and no attribute: %j', (text) => {
    const page = renderRunReport(poison(makeInput(), text), assets);
    expect(skeleton(page)).toEqual(harmless);
    expect(markupOf(page).match(/</g)).toHaveLength(harmless.length + 1);
    expect(elements(page, 'script')).toHaveLength(2);
    expect(chartDataSchema.safeParse(pageData(page).chart).success).toBe(true);
  });

  test('is shown as it is, and what cannot be seen or reorders text is named', () => {
    const page = renderRunReport(poison(makeInput(), '<b>"&\u202E\u0000\uD800'), assets);
    expect(textOf(elements(page, 'h1')[0]?.content ?? '')).toBe('<b>"&<U+202E><U+0000><U+D800>');
    expect(page).not.toMatch(/[\u202e\0]/);
    expect(Buffer.from(page).toString()).toBe(page);
  });
});
