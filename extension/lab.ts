import { randomBytes, randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { hostEngineHash } from 'virtual:host-engine';
import { pythonRunnerHash } from 'virtual:python-runner';
import { realmHash } from 'virtual:realm';
import { guard } from '../language-server/guardian/guard.ts';
import type { AuditOptions, BackendAudit } from '../sandbox/audit/audit.ts';
import { connectDocker } from '../sandbox/dockerApi.ts';
import { nodeRuntime, quickJsRuntime } from '../sandbox/runtimes.ts';
import { defaultLimits, type SandboxBackend } from '../sandbox/sandbox.ts';
import { metricDefinitions } from './backtest/metrics/definitions.ts';
import { engineVersion, fillRules } from './backtest/rules.ts';
import type { BacktestResult } from './contracts/backtest.ts';
import type { IsolationLevel, LimitName } from './contracts/isolation.ts';
import type { RunReportInput } from './contracts/report.ts';
import type { RunEvidence } from './contracts/runEvidence.ts';
import type { SagaNotice } from './contracts/saga.ts';
import type { ForensicReport } from './contracts/sandboxEvidence.ts';
import type { StrategyLanguage } from './contracts/strategyLanguage.ts';
import { type LabBatches, labBatches } from './labBatches.ts';
import { type Download, makeDownload } from './labDownload.ts';
import { makeFolder } from './labFolders.ts';
import { type LabHealth, labHealth } from './labHealth.ts';
import { type InstrumentOptions, type Instruments, openInstruments } from './labInstruments.ts';
import { labSandboxes } from './labSandboxes.ts';
import { type LabTasks, labTasks } from './labTasks.ts';
import { FundingStore } from './market/funding/store.ts';
import { hashFile } from './market/store/files.ts';
import { CandleStore } from './market/store/store.ts';
import { traceSteps } from './observability/trace/ambient.ts';
import { embeddedLog } from './orchestrator/events/embeddedLog.ts';
import { EventBus } from './orchestrator/events/eventBus.ts';
import { isLed } from './orchestrator/leadership.ts';
import { openOnce } from './orchestrator/openOnce.ts';
import { SagaEngine } from './orchestrator/saga/engine.ts';
import { backtestSaga, optimiseSaga } from './pipelines/assess/assess.ts';
import { stressSaga } from './pipelines/assess/stress.ts';
import { walkForwardSaga } from './pipelines/assess/walkForward/walkForward.ts';
import { makeCompute } from './pipelines/compute/computePool.ts';
import { domainEvents } from './pipelines/domainEvents.ts';
import type { ForensicOptions } from './pipelines/forensics/runForensics.ts';
import { FreshEvidence, readResult } from './pipelines/generate/evidence.ts';
import { generateSaga } from './pipelines/generate/generate.ts';
import type { TrialServices } from './pipelines/generate/services.ts';
import { forgetEnded, tidyKept } from './pipelines/keptFiles.ts';
import type { EvidenceSources } from './pipelines/recordedBacktest.ts';
import { type RerunOptions, type RerunReport, rerun } from './pipelines/replay/rerun.ts';
import { type VerifyReport, verifyRun } from './pipelines/replay/verify.ts';
import { loadRunEvidence } from './pipelines/runEvidence.ts';
import { StrategyRunner } from './pipelines/strategyRunner.ts';
import { buildChartData } from './reports/chartData.ts';
import { renderRunReport } from './reports/runReport.ts';
import { type LabJournal, openJournal } from './storage/openJournal.ts';
import { OutputFolder } from './storage/outputFolder.ts';

export interface LabOptions {
  /** The lab's own folder. */
  readonly folder: string;
  /** Whether nothing is made where there is no lab: only what needs no journal works there. */
  readonly isPassing?: boolean;
  /** Where generated strategies go. */
  readonly strategiesFolder: string;
  /** The folder of the built workers, runner and report assets. */
  readonly assets: string;
  /** UTC milliseconds. */
  readonly clock: () => number;
  readonly newId: () => string;
  /** Hears every event and the progress of runs. */
  readonly listener?: (notice: SagaNotice) => void;
  /** Hears that this process has worked on a task of the queue. Must not throw. */
  readonly onAttempted?: () => void;
  /** The Docker daemon's socket; the system's own where none is given. */
  readonly dockerSocket?: string;
  /** OCI runtimes besides runsc and runc, by the names that the daemon knows them by. */
  readonly runtimes?: readonly string[];
  /** The program of bubblewrap; that of the system where none is given. */
  readonly bubblewrap?: string | undefined;
  /** Limits without which a sandbox is taken all the same. */
  readonly acceptMissingLimits?: readonly LimitName[];
  /** A saved sandbox image, for machines without a registry. */
  readonly imageFile?: string;
  /** Node programs that may go into an image; this process's own where none is given. */
  readonly nodePrograms?: readonly string[];
  /** Sandboxes that a search may have at work at one time; by the cores of this machine where left out. */
  readonly sandboxesAtOnce?: number;
  /** How long sandboxes are kept ready for the next run, in milliseconds; not at all where left out. */
  readonly keepSandboxesMilliseconds?: number;
  /** Address of a Redis server on which searches are shared with other machines; none by default. */
  readonly redisUrl?: string | undefined;
  /** Hears in a sentence what does not go as was wished, though the work goes on. Must not throw. */
  readonly onWarning?: (message: string) => void;
  /** How it is watched. */
  readonly instruments?: InstrumentOptions;
}

/** Everything that a surface of the lab works with. */
export interface Lab {
  readonly folder: string;
  readonly clock: () => number;
  readonly candles: CandleStore;
  readonly funding: FundingStore;
  readonly download: Download;
  readonly strategies: OutputFolder;
  readonly reports: OutputFolder;
  /** Absolute path of the strategy file that a run names: a generated one's, or a person's own. */
  strategyPath(file: string): string;
  readonly backends: readonly SandboxBackend[];
  /** Limits without which a sandbox is taken all the same. */
  readonly acceptMissingLimits: readonly LimitName[];
  /** Whether the image for strategies in Python is there. @throws LabError `sandbox.unavailable`, `cancelled` */
  hasPythonImage(signal: AbortSignal): Promise<boolean>;
  /** Tries what hostile code tries in each sandbox that is there. @throws as `auditSandboxes` */
  auditSandboxes(signal: AbortSignal, onFinding: AuditOptions['onFinding']): Promise<BackendAudit[]>;
  renderReport(input: RunReportInput): string;
  /** Starts the sandboxes of the next run while its data is still read. */
  startSandboxes(minimumLevel: IsolationLevel, language: StrategyLanguage, signal: AbortSignal): void;
  /** Opens the journal on first use. */
  sagas(): Promise<SagaEngine>;
  /** The events of the lab, those of its runs among them. Opens the journal on first use. */
  events(): Promise<EventBus>;
  readonly tasks: LabTasks;
  /** Searches, on this machine and on those that share them. */
  readonly batches: Pick<LabBatches, 'lend' | 'check'>;
  /** Opens the journal on first use. */
  journal(): Promise<LabJournal>;
  /** A backtest's result by the hash of its artefact. @throws LabError `not-found`, `journal.corrupt` */
  readResult(hash: string): Promise<BacktestResult>;
  /** Content of the journal by its hash. @throws LabError `not-found`, `journal.corrupt` */
  readArtefact(hash: string): Promise<Uint8Array>;
  /** All that is known of a run whose backtest is done. @throws LabError `saga.state`, `not-found` */
  evidence(id: string): Promise<RunEvidence>;
  /** Runs a run's backtest once more and compares. @throws LabError as `rerun` */
  rerun(id: string, options: RerunOptions): Promise<RerunReport>;
  /** Whether the daemon has a runtime for forensic re-runs. Never rejects. */
  canTrace(signal: AbortSignal): Promise<boolean>;
  /** Runs a run's strategy again under a trace of its system calls. @throws LabError as `runForensics` */
  forensics(id: string, options: ForensicOptions): Promise<ForensicReport>;
  /** Holds what a run's backtest depended on against what is there now. @throws LabError as `verifyRun` */
  verify(id: string): Promise<VerifyReport>;
  /** What watches it: log, metrics and traces. */
  readonly instruments: Instruments;
  readonly health: LabHealth;
  /**
   * Aborted, with a LabError as its reason, when the journal's thread has ended unasked: nothing works any more but
   * `close`, and what was written is there for the next lab.
   */
  readonly died: AbortSignal;
  close(): Promise<void>;
}

/** A search leaves the other cores of a large machine to its user. */
const mostSandboxesAtOnce = 4;

/** Makes and wires the parts of a lab: the one place where that is done. */
export async function openLab(options: LabOptions): Promise<Lab> {
  const { folder, assets, clock, newId, listener, acceptMissingLimits = [] } = options;
  if (options.isPassing !== true) await makeFolder(options);
  const asset = (name: string): string => join(assets, name);
  const docker = connectDocker(options.dockerSocket);
  const { shared, python, backends } = labSandboxes(options, docker);
  const engineHashes = { javascript: realmHash, python: pythonRunnerHash };
  const newNonce = () => randomBytes(16);
  const instruments = openInstruments(options.instruments ?? {}, {
    folder,
    clock,
    listSagas: async () => (await sagas()).list(),
    readQueue: async () => (journal === undefined ? null : tasks.read()),
    readSandboxes: () => runner.sandboxes,
  });
  const runner = new StrategyRunner({
    backends,
    limits: defaultLimits,
    engineHashes,
    newNonce,
    acceptMissingLimits,
    sandboxesAtOnce: options.sandboxesAtOnce ?? Math.min(mostSandboxesAtOnce, availableParallelism()),
    keepSandboxesMilliseconds: options.keepSandboxesMilliseconds ?? 0,
    onSandboxStarted: (level, source, milliseconds) => {
      const readyTime = clock();
      const startedTime = readyTime - milliseconds;
      instruments.observe({ kind: 'sandbox-started', level, source, startedTime, readyTime });
    },
  });
  const batches = labBatches({
    redisUrl: options.redisUrl,
    heartbeatUrl: pathToFileURL(asset('taskHeartbeatWorker.js')),
    runner,
    hasPythonImage: async (signal) => (await python.find(signal)) !== null,
    build: [hostEngineHash, realmHash, pythonRunnerHash].join(),
    folder,
    clock,
    logger: instruments.logger,
    warn: options.onWarning ?? (() => {}),
    observe: instruments.observe,
  });
  const candles = new CandleStore(join(folder, 'data'));
  const funding = new FundingStore(join(folder, 'data', 'funding'));
  const loadFunding = (hash: string) => funding.load(hash);
  const download = makeDownload({ folder, candles, clock, observe: instruments.observe });
  const strategies = new OutputFolder(options.strategiesFolder);
  const reports = new OutputFolder(join(folder, 'reports'));
  const searches = new OutputFolder(join(folder, 'searches'));
  const renderReport = (input: RunReportInput): string =>
    renderRunReport(input, {
      script: readFileSync(asset('report.js'), 'utf8'),
      style: readFileSync(asset('report.css'), 'utf8'),
    });

  const died = new AbortController();
  const journal = openOnce(async () => {
    const opened = await openJournal({ folder, workerUrl: pathToFileURL(asset('journalWorker.js')) });
    opened.died.addEventListener('abort', () => died.abort(opened.died.reason), { once: true });
    return opened;
  });
  const bus = openOnce(
    async () => new EventBus({ log: embeddedLog({ journal: await journal.open() }), clock, newId }),
  );
  const strategyPath = (file: string): string => (isAbsolute(file) ? file : strategies.pathOf(file));
  const loadCandles = ({ hash, venue, symbol }: { hash: string; venue: string; symbol: string }) =>
    candles.load(hash, { venue, symbol });
  const fresh = new FreshEvidence();
  const openSagas = async (): Promise<SagaEngine> => {
    const kept = await journal.open();
    const trial: TrialServices = {
      loadCandles: ({ hash, venue, symbol }) => candles.recall(hash, { venue, symbol }),
      loadFunding,
      listData: () => candles.list(),
      guard: (source, author, language) => guard(source, { author, language }),
      runner,
      batches: batches.runner,
      compute: makeCompute({ workerUrl: pathToFileURL(asset('computeWorker.js')) }),
      trials: kept.trials,
      fresh,
      reports,
      searches,
      buildChart: buildChartData,
      renderReport,
    };
    const generate = generateSaga({
      ...trial,
      // Loaded on first use: most runs need no agent, and their vocabulary takes a while.
      reasoning: {
        reason: async (request, signal) => {
          const { RuleBasedReasoningAgent } = await import('./agents/ruleBasedReasoning.ts');
          return instruments.reasoning(() => new RuleBasedReasoningAgent().reason(request, signal));
        },
      },
      coding: {
        write: async (reasoning, idea, signal) => {
          const { RuleBasedCodeAgent } = await import('./agents/ruleBasedCode.ts');
          return new RuleBasedCodeAgent().write(reasoning, idea, signal);
        },
      },
      strategies,
    });
    const engine = new SagaEngine({
      journal: kept,
      definitions: [
        generate,
        backtestSaga(trial),
        optimiseSaga(trial),
        walkForwardSaga(trial),
        stressSaga(trial),
      ].map((definition) => traceSteps(definition, instruments.ambient)),
      clock,
      newId,
      queued: tasks.queued,
      isQueued: tasks.isQueued,
      domainEvents,
      currentTrace: () => instruments.ambient.current()?.traceId ?? null,
      listener: (notice) => {
        instruments.hear(notice);
        listener?.(notice);
        // What is not removed now is removed when the lab is next opened.
        forgetEnded(searches, notice).catch(() => {});
      },
    });
    await tidyKept(searches, () => engine.list()).catch(() => {});
    return engine;
  };
  const engine = openOnce(openSagas);
  const sagas = engine.open;
  const { onAttempted = () => {} } = options;
  const tasks = labTasks({ ...instruments, journal: journal.open, sagas, clock, onAttempted });
  const note: SagaEngine['note'] = async (...noted) => (await sagas()).note(...noted);
  const readArtefact = async (hash: string) => (await journal.open()).getArtefact(hash);
  const sources: EvidenceSources = {
    view: async (id) => (await sagas()).view(id),
    results: async (id) => (await sagas()).results(id),
    readArtefact,
    loadCandles,
    loadFunding,
    strategyPath,
  };
  const runtimeOf = (backend: string, language: StrategyLanguage): string | null => {
    // The Python of an image is known to that image alone.
    if (language === 'python') return null;
    if (backend === 'quickjs') return quickJsRuntime;
    // The Node of another image is known to that image alone.
    const isOwn = options.nodePrograms === undefined && options.imageFile === undefined;
    return isOwn ? nodeRuntime(process.versions) : null;
  };

  return {
    folder,
    clock,
    candles,
    funding,
    download,
    strategies,
    reports,
    strategyPath,
    backends,
    acceptMissingLimits,
    hasPythonImage: async (signal) => (await python.find(signal)) !== null,
    async auditSandboxes(signal, onFinding) {
      const { auditSandboxes } = await import('../sandbox/audit/audit.ts');
      return auditSandboxes({ backends, engineHashes, signal, onFinding });
    },
    renderReport,
    startSandboxes: (...wanted) => runner.startAhead(...wanted),
    sagas,
    events: bus.open,
    tasks,
    batches,
    journal: journal.open,
    readResult: (hash) => readResult({ getArtefact: readArtefact }, hash, fresh),
    readArtefact,
    async evidence(id) {
      return loadRunEvidence(sources, id);
    },
    async rerun(id, chosen) {
      const { trials } = await journal.open();
      return rerun({ ...sources, runner, trials, note }, id, chosen);
    },
    async canTrace(signal) {
      const { hasTraceRuntime } = await import('../sandbox/forensics/traceRuntime.ts');
      return hasTraceRuntime(docker, signal);
    },
    async forensics(id, chosen) {
      const [{ runForensics }, { tracedSandbox }] = await Promise.all([
        import('./pipelines/forensics/runForensics.ts'),
        import('../sandbox/forensics/tracedSandbox.ts'),
      ]);
      const trace = (signal: AbortSignal) => tracedSandbox(shared, signal);
      return runForensics({ ...sources, trace, engineHashes, newNonce, note }, id, chosen);
    },
    async verify(id) {
      const kept = await journal.open();
      return verifyRun(
        {
          ...sources,
          trials: kept.trials,
          verifyChain: (stream) => kept.verifyChain(stream),
          readFile: (path) => readFile(path).catch(() => null),
          hashFile,
          program: {
            engineVersion,
            runnerHashes: engineHashes,
            rules: fillRules,
            metrics: metricDefinitions,
            runtimeOf,
          },
        },
        id,
      );
    },
    instruments,
    health: labHealth({
      folder,
      clock,
      instruments,
      backends,
      acceptMissingLimits,
      docker,
      askJournal: async () => (await journal.open()).leaseHolder('health'),
      isLed: async () => isLed(await journal.open()),
      isEngineOpen: () => engine.isWanted(),
      more: batches.health,
    }),
    died: died.signal,
    async close() {
      await tasks.close();
      await batches.close();
      await runner.close();
      await (await bus.opened())?.close();
      await instruments.close();
      await (await journal.opened())?.close();
    },
  };
}

/** Short ids for people to type: 10 hex digits of a random UUID. */
export function newShortId(): string {
  return randomUUID().replaceAll('-', '').slice(0, 10);
}
