import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { severalMarketsDefinitions } from '../../../extension/backtest/metrics/course.ts';
import { metricDefinitions } from '../../../extension/backtest/metrics/definitions.ts';
import { fillRules, recordedFundingRules } from '../../../extension/backtest/rules.ts';
import type { Metrics } from '../../../extension/contracts/backtest.ts';
import { isolationDescriptions, limitLabels } from '../../../extension/contracts/isolation.ts';
import { crises } from '../../../extension/evaluation/scenarios/crisisCatalogue.ts';
import { partTexts } from '../../../extension/reports/drawdownRows.ts';
import {
  checkLabels,
  gateSentences,
  gateStates,
  gateVerdicts,
  luckLabels,
  luckMeanings,
  luckReasons,
} from '../../../extension/reports/gateTexts.ts';
import { groupMetrics, metricLabel } from '../../../extension/reports/metricTexts.ts';
import { rejectionTexts } from '../../../extension/reports/tradesSection.ts';
import { whyNotAvailable } from '../../../extension/reports/unavailable.ts';
import { type TextTables, textsInCode } from './textsInCode.ts';

const root = join(import.meta.dirname, '../../..');
const metricNames = Object.keys(metricDefinitions);
const tableSchema = z.record(z.string(), z.string());

/** Tables of the lab whose texts the panels show beside their own. */
const labTables: TextTables = {
  ...{ rejectionTexts, isolationDescriptions, limitLabels, partTexts },
  ...{ checkLabels, gateStates, gateVerdicts, luckLabels, luckMeanings },
};

type TextSource = () => readonly string[];

const definitions: TextSource = () => [
  ...Object.values(metricDefinitions),
  ...Object.values(severalMarketsDefinitions),
];
/** All of a panel's table is asked for anyway. */
const ofPanel: TextSource = () => [];

/** Where code translates what its syntax does not tell: the texts that come there, by file and expression. */
const sources: Readonly<Record<string, Readonly<Record<string, TextSource>>>> = {
  'extension/reports/panel/comparisonView.ts': { title: groupTitles, 'metricLabel(name)': metricLabels },
  'extension/reports/panel/factsView.ts': {
    rule: () => [...Object.values(fillRules), ...Object.values(recordedFundingRules)],
  },
  'extension/reports/panel/gateView.ts': { template: () => [...gateSentences, ...luckReasons] },
  'extension/reports/panel/metricsView.ts': {
    title: groupTitles,
    'metricLabel(name)': metricLabels,
    definition: definitions,
    why: reasons,
  },
  'extension/reports/panel/searchView.ts': {
    'metricLabel(name)': metricLabels,
    'metricLabel(metric)': metricLabels,
  },
  'extension/reports/panel/words.ts': { 'table[key] ?? key': ofPanel },
  'extension/reports/stress/stressView.ts': { 'crisis.name': () => crises.map(({ name }) => name) },
  'extension/reports/validation/stabilityView.ts': { 'metricLabel(objective)': metricLabels },
  'extension/reports/validation/validationView.ts': { 'metricLabel(objective)': metricLabels },
  'extension/reports/saga/flows.ts': { 'metricLabel(metric)': metricLabels },
  'extension/reports/saga/say.ts': { 'table[key] ?? key': ofPanel },
  'extension/reports/saga/stepReading.ts': { 'metricLabel(metric)': metricLabels },
  // `translate` itself, and what it makes of a panel's table.
  'extension/editor/translate.ts': { text: ofPanel },
  'extension/editor/panels/webviewPanelHost.ts': { text: ofPanel },
};

export interface AskedTexts {
  /** Every English text that the editor may be asked for in another language, each once, as found. */
  readonly texts: readonly string[];
  /** `file: expression` of what is translated though nobody can tell which texts come there. */
  readonly untold: readonly string[];
}

/** All texts of the extension's code and of the tables that it translates. */
export async function askedTexts(): Promise<AskedTexts> {
  const panels = await panelTables();
  const tables = { ...labTables, ...panels };
  const texts: string[] = [];
  const untold: string[] = [];
  for (const file of globSync('extension/**/*.ts', { cwd: root }).sort()) {
    const source = readFileSync(join(root, file), 'utf8');
    if (!/l10n|translate/.test(source)) continue;
    const found = textsInCode(source, tables);
    texts.push(...found.texts);
    for (const expression of found.untold) {
      const told = sources[file]?.[expression]?.();
      if (told === undefined) untold.push(`${file}: ${expression}`);
      else texts.push(...told);
    }
  }
  for (const table of Object.values(panels)) texts.push(...Object.values(table));
  return { texts: [...new Set(texts)], untold };
}

/** The tables of `webviews/<panel>/texts.ts`, by the names that they are exported under. */
export async function panelTables(): Promise<TextTables> {
  const tables: Record<string, Record<string, string>> = {};
  for (const file of globSync('webviews/*/texts.ts', { cwd: root }).sort()) {
    const module: Readonly<Record<string, unknown>> = await import(join(root, file));
    for (const [name, value] of Object.entries(module)) {
      const table = tableSchema.safeParse(value);
      if (table.success) tables[name] = table.data;
    }
  }
  return tables;
}

function metricLabels(): string[] {
  return metricNames.map(metricLabel);
}

function groupTitles(): string[] {
  const metrics = Object.fromEntries([...metricNames, 'of another engine'].map((name) => [name, null]));
  return groupMetrics(metrics).map(({ title }) => title);
}

/** Why metrics are not available, in all cases that are told apart. */
function reasons(): string[] {
  const values = {
    trades: [0, 1, 1000],
    maxDrawdown: [null, 0, 0.1],
    volatility: [null, 0.1],
    perBarVolatility: [null, 0.1],
    averageWin: [null, 1],
    averageLoss: [null, 1],
    adverseExcursion: [null, 0],
  } as const;
  const cases = Object.entries(values).reduce<readonly Metrics[]>(
    (found, [name, each]) => found.flatMap((metrics) => each.map((value) => ({ ...metrics, [name]: value }))),
    [{}],
  );
  return cases.flatMap((metrics) => metricNames.flatMap((name) => whyNotAvailable(name, metrics) ?? []));
}
