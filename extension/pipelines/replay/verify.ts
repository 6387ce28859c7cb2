import { severalMarketsDefinitions } from '../../backtest/metrics/course.ts';
import { recordedFundingRules } from '../../backtest/rules.ts';
import type { RunSettings } from '../../contracts/backtest.ts';
import type { SourceFile } from '../../contracts/candles.ts';
import { LabError } from '../../contracts/errors.ts';
import type { ChainReport } from '../../contracts/journal.ts';
import { languageOfFile, type StrategyLanguage } from '../../contracts/strategyLanguage.ts';
import type { TrialLedger } from '../../contracts/trials.ts';
import { sagaStream } from '../../orchestrator/saga/sagaLog.ts';
import { canonicalJson } from '../../storage/canonicalJson.ts';
import { assessInputSchema } from '../assess/contracts.ts';
import { sha256 } from '../backtestResult.ts';
import { optimiseStepSchema } from '../generate/contracts.ts';
import {
  type EvidenceSources,
  loadRecordedBacktest,
  parseStep,
  type RecordedBacktest,
} from '../recordedBacktest.ts';
import { countTrials, windowOfManifest } from '../recordTrials.ts';
import { usedFundings, usedSets } from '../usedSets.ts';
import { firstDifference } from './differences.ts';

/** This program's own parts, as a manifest names them. */
export interface ProgramParts {
  readonly engineVersion: string;
  readonly runnerHashes: Readonly<Record<StrategyLanguage, string>>;
  readonly rules: Readonly<Record<string, string>>;
  /** Definitions of the metrics of a run of one market. */
  readonly metrics: Readonly<Record<string, string>>;
  /** Runtime of the sandbox of a backend; null where only a run tells. */
  readonly runtimeOf: (backend: string, language: StrategyLanguage) => string | null;
}

export interface VerifyServices extends EvidenceSources {
  readonly trials: TrialLedger;
  readonly verifyChain: (stream: string) => Promise<ChainReport>;
  /** Content of a file; null where it cannot be read. */
  readonly readFile: (path: string) => Promise<Uint8Array | null>;
  /** SHA-256 of a file's bytes; null where it cannot be read. */
  readonly hashFile: (path: string) => Promise<string | null>;
  readonly program: ProgramParts;
}

/** How an input is found; `unknown` where it was not recorded, or only a run tells. */
export type InputState = 'same' | 'changed' | 'missing' | 'unknown';

/** One input of a run: as it was recorded, and as it is found now. */
export interface VerifiedInput {
  readonly input: string;
  readonly recorded: string;
  readonly now: string;
  readonly state: InputState;
  /** A file outside the lab, of which the run has used the lab's copy: its path. */
  readonly file: string | null;
}

export interface VerifyReport {
  readonly run: string;
  /** Nothing that the run depends on is known to have changed: what it was started from may have. */
  readonly isSame: boolean;
  readonly inputs: readonly VerifiedInput[];
  /** What is to be known of the files that the run was started from, one sentence each. */
  readonly notes: readonly string[];
}

/**
 * Holds everything that a run's backtest depended on against what is there now, by computing every hash
 * again. Runs no strategy and writes nothing.
 * @throws LabError `saga.state` while there is no backtest, `not-found`, `journal.corrupt` where the result
 * itself is damaged
 */
export async function verifyRun(services: VerifyServices, id: string): Promise<VerifyReport> {
  const recorded = await loadRecordedBacktest(services, id);
  const { manifest, isolation, definitions } = recorded.result;
  const { program } = services;
  const language = languageOfFile(recorded.file);
  const fundings = usedFundings(manifest);
  const rules = { ...program.rules, ...(fundings.length > 0 && recordedFundingRules) };
  const metrics = { ...program.metrics, ...(manifest.others !== undefined && severalMarketsDefinitions) };
  const { codeHash } = manifest.strategy;
  const given = givenParameters(recorded);
  const strategy = input('strategy', codeHash, sha256(recorded.source));
  const data = await dataInputs(services, recorded);
  const inputs: VerifiedInput[] = [
    strategy,
    await strategyFile(services, recorded),
    ...data.flatMap(({ own, files }) => [own, ...files]),
    values('parameters', manifest.strategy.params, { ...manifest.strategy.params, ...given }),
    values<RunSettings>('settings', manifest.settings, recorded.input.settings),
    input('engine with its indicators', manifest.engine.version, program.engineVersion),
    values('fill rules', manifest.rules, rules),
    values('metric definitions', definitions, metrics),
    input('sandbox runner and protocol', manifest.engine.runnerHash, program.runnerHashes[language]),
    input('sandbox runtime', manifest.runtime, program.runtimeOf(isolation.backend, language)),
    await artefacts(services, recorded),
    await chain('journal of the run', services.verifyChain(sagaStream(id))),
    await chain('ledger of trials', services.trials.verify()),
    await trialCount(services, recorded),
    ...(await searchTrials(services, recorded)),
  ];
  return {
    run: id,
    isSame: inputs.every(({ state, file }) => file !== null || state === 'same' || state === 'unknown'),
    inputs,
    notes: [{ own: strategy, files: inputs.slice(1, 2) }, ...data].flatMap(({ own, files }) =>
      files.flatMap((file) => noteOf(file, own)),
    ),
  };
}

/** What of a run's data is in the lab, each with the files that it came from. */
async function dataInputs(
  services: VerifyServices,
  { result: { manifest }, input: { data, others = [] } }: RecordedBacktest,
): Promise<{ readonly own: VerifiedInput; readonly files: VerifiedInput[] }[]> {
  const references = [data, ...others].flatMap((market) => [market, market.finer ?? []].flat());
  const fundings = [data, ...others].flatMap(({ funding }) => funding ?? []);
  return Promise.all([
    ...usedSets(manifest).map(async ({ name, used }, index) => ({
      own: await stored(name, used.hash, () => services.loadCandles(used)),
      files: await dataFiles(services, name, references[index]?.files),
    })),
    ...usedFundings(manifest).map(async ({ name, used: { hash } }, index) => ({
      own: await stored(name, hash, () => services.loadFunding(hash)),
      files: await dataFiles(services, name, fundings[index]?.files),
    })),
  ]);
}

function dataFiles(
  { hashFile }: VerifyServices,
  name: string,
  files: readonly SourceFile[] | undefined,
): Promise<VerifiedInput[]> {
  const named = `file of ${name}`;
  if (files === undefined) {
    const absent = { recorded: 'not recorded', now: 'unknown', state: 'unknown', file: null } as const;
    return Promise.resolve([{ input: named, ...absent }]);
  }
  return Promise.all(files.map(async ({ path, hash }) => outside(named, path, hash, await hashFile(path))));
}

/** A file outside the lab, which holds a copy. */
function outside(name: string, file: string, recorded: string, now: string | null): VerifiedInput {
  if (now === null) return { input: name, recorded, now: 'cannot be read', state: 'missing', file };
  return { ...input(name, recorded, now), file };
}

function noteOf({ state, file }: VerifiedInput, own: VerifiedInput): string[] {
  if (file === null || state === 'same' || state === 'unknown') return [];
  const copy = `the lab's copy${own.state === 'same' ? ', which is unchanged,' : ''}`;
  const what = state === 'missing' ? 'is no longer there' : 'has changed since';
  return [`The run used ${copy} of the ${own.input}; the file at ${file} ${what}.`];
}

function input(name: string, recorded: string, now: string | null): VerifiedInput {
  const facts = { input: name, recorded, file: null };
  if (now === null) return { ...facts, now: 'only a run tells', state: 'unknown' };
  return { ...facts, now, state: recorded === now ? 'same' : 'changed' };
}

/** Values by name: their hash where they are the same, else the first that is not. */
function values<T extends object>(name: string, recorded: T, now: T): VerifiedInput {
  const found = firstDifference(recorded, now);
  if (found === null) return input(name, ...pair(sha256(canonicalJson(recorded))));
  return input(name, `${found.path} ${found.recorded}`, `${found.path} ${found.now}`);
}

function pair(text: string): [string, string] {
  return [text, text];
}

/** Parameters that the run was given or chose, where its record says so. */
function givenParameters({ run, results }: RecordedBacktest) {
  const chosen = parseStep(optimiseStepSchema, results['optimise']);
  return chosen?.params ?? parseStep(assessInputSchema.pick({ params: true }), run.input)?.params ?? {};
}

/** What the lab's store holds of it, by the hash of what is loaded. */
async function stored(
  name: string,
  recorded: string,
  load: () => Promise<{ readonly hash: string }>,
): Promise<VerifiedInput> {
  try {
    return input(name, recorded, (await load()).hash);
  } catch (error) {
    const facts = { input: name, recorded, file: null };
    if (LabError.is(error, 'data.missing'))
      return { ...facts, now: 'no longer in the lab', state: 'missing' };
    if (LabError.is(error, 'data.format')) return { ...facts, now: 'damaged', state: 'changed' };
    throw error;
  }
}

async function strategyFile(
  services: VerifyServices,
  { file, result }: RecordedBacktest,
): Promise<VerifiedInput> {
  const bytes = await services.readFile(file);
  // As it is read to be run: as text, without a byte order mark.
  const now = bytes === null ? null : sha256(new TextDecoder().decode(bytes));
  return outside('strategy file', file, result.manifest.strategy.codeHash, now);
}

/** Everything that the steps have kept as evidence, each read and hashed again. */
async function artefacts(services: VerifyServices, { run }: RecordedBacktest): Promise<VerifiedInput> {
  const kept = run.steps.flatMap((step) => step.artefacts);
  const damaged: string[] = [];
  for (const { name, hash } of kept) {
    try {
      await services.readArtefact(hash);
    } catch (error) {
      if (!LabError.is(error, 'journal.corrupt') && !LabError.is(error, 'not-found')) throw error;
      damaged.push(name);
    }
  }
  const whole = `${kept.length} with their hashes`;
  return input('artefacts', whole, damaged.length === 0 ? whole : `damaged: ${damaged.join(', ')}`);
}

async function chain(name: string, report: Promise<ChainReport>): Promise<VerifiedInput> {
  const { events, brokenAt } = await report;
  const whole = 'chained by hashes';
  return input(name, whole, brokenAt === null ? whole : `broken at entry ${brokenAt}, after ${events}`);
}

/** The count is part of the result: it must come out again at the position that the result names. */
async function trialCount(services: VerifyServices, { result }: RecordedBacktest): Promise<VerifiedInput> {
  const { trials } = result.manifest;
  if (trials === null) return input('trials', ...pair('not counted'));
  const window = windowOfManifest(result.manifest);
  const now = await countTrials(services.trials, window, trials.position);
  return input('trials', trialText(trials), trialText(now));
}

/** The attempts that the figures of luck rest on, asked again up to where they were counted. */
async function searchTrials(
  services: VerifyServices,
  { results }: RecordedBacktest,
): Promise<VerifiedInput[]> {
  const luck = parseStep(optimiseStepSchema, results['optimise'])?.optimisation.luck ?? null;
  if (luck === null || luck.counted === null || luck.position === null) return [];
  const { trials: count, position } = await services.trials.count({ ...luck.counted, upTo: luck.position });
  const recorded = trialText({ count: luck.trials, position: luck.position });
  return [input('trials of the search', recorded, trialText({ count, position }))];
}

function trialText({ count, position }: { count: number; position: number }): string {
  return `${count} up to position ${position}`;
}
