import { recordedFundingRules } from '../../backtest/rules.ts';
import type { RunSettings } from '../../contracts/backtest.ts';
import { LabError } from '../../contracts/errors.ts';
import type { ChainReport } from '../../contracts/journal.ts';
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
  readonly runnerHash: string;
  readonly rules: Readonly<Record<string, string>>;
  /** Runtime of the sandbox of a backend; null where only a run tells. */
  readonly runtimeOf: (backend: string) => string | null;
}

export interface VerifyServices extends EvidenceSources {
  readonly trials: TrialLedger;
  readonly verifyChain: (stream: string) => Promise<ChainReport>;
  /** Content of a file; null where it cannot be read. */
  readonly readFile: (path: string) => Promise<Uint8Array | null>;
  readonly program: ProgramParts;
}

/** One input of a run: as it was recorded, and as it is found now. */
export interface VerifiedInput {
  readonly input: string;
  readonly recorded: string;
  readonly now: string;
  /** Null where it cannot be told without running. */
  readonly isSame: boolean | null;
}

export interface VerifyReport {
  readonly run: string;
  /** No input is known to have changed. */
  readonly isSame: boolean;
  readonly inputs: readonly VerifiedInput[];
}

/**
 * Holds everything that a run's backtest depended on against what is there now, by computing every hash
 * again. Runs no strategy and writes nothing.
 * @throws LabError `saga.state` while there is no backtest, `not-found`, `journal.corrupt` where the result
 * itself is damaged
 */
export async function verifyRun(services: VerifyServices, id: string): Promise<VerifyReport> {
  const recorded = await loadRecordedBacktest(services, id);
  const { manifest, isolation } = recorded.result;
  const { program } = services;
  const fundings = usedFundings(manifest);
  const rules = { ...program.rules, ...(fundings.length > 0 && recordedFundingRules) };
  const { codeHash } = manifest.strategy;
  const given = givenParameters(recorded);
  const inputs: VerifiedInput[] = [
    ...(await Promise.all(
      usedSets(manifest).map(async ({ name, used }) =>
        input(name, used.hash, await foundNow(() => services.loadCandles(used))),
      ),
    )),
    ...(await Promise.all(
      fundings.map(async ({ name, used: { hash } }) =>
        input(name, hash, await foundNow(() => services.loadFunding(hash))),
      ),
    )),
    input('strategy as it was run', codeHash, sha256(recorded.source)),
    input('strategy file', codeHash, await fileNow(services, recorded.file)),
    values('parameters', manifest.strategy.params, { ...manifest.strategy.params, ...given }),
    values<RunSettings>('settings', manifest.settings, recorded.input.settings),
    input('engine', manifest.engine.version, program.engineVersion),
    values('fill rules', manifest.rules, rules),
    input('runner', manifest.engine.runnerHash, program.runnerHash),
    input('runtime', manifest.runtime, program.runtimeOf(isolation.backend)),
    await artefacts(services, recorded),
    await chain('journal of the run', services.verifyChain(sagaStream(id))),
    await chain('ledger of trials', services.trials.verify()),
    await trialCount(services, recorded),
  ];
  return { run: id, isSame: inputs.every(({ isSame }) => isSame !== false), inputs };
}

function input(name: string, recorded: string, now: string | null): VerifiedInput {
  if (now === null) return { input: name, recorded, now: 'only a run tells', isSame: null };
  return { input: name, recorded, now, isSame: recorded === now };
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

/** The hash of what is loaded. */
async function foundNow(load: () => Promise<{ readonly hash: string }>): Promise<string> {
  try {
    return (await load()).hash;
  } catch (error) {
    if (LabError.is(error, 'data.missing')) return 'no longer in the lab';
    if (LabError.is(error, 'data.format')) return 'damaged';
    throw error;
  }
}

async function fileNow(services: VerifyServices, path: string): Promise<string> {
  const bytes = await services.readFile(path);
  // As it is read to be run: as text, without a byte order mark.
  return bytes === null ? 'not there' : sha256(new TextDecoder().decode(bytes));
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
  const { trials: count, position } = await countTrials(services.trials, window, trials.position);
  return input('trials', trialText(trials), trialText({ count, position }));
}

function trialText({ count, position }: { count: number; position: number }): string {
  return `${count} up to position ${position}`;
}
