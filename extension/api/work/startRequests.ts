import { defaultRunSettings } from '../../contracts/backtest.ts';
import { LabError } from '../../contracts/errors.ts';
import type { Finding } from '../../contracts/guardian.ts';
import type { IsolationLevel } from '../../contracts/isolation.ts';
import { languageOfFile, type StrategyLanguage } from '../../contracts/strategyLanguage.ts';
import type { CandleStore } from '../../market/store/store.ts';
import type { StartRequest } from '../../orchestrator/saga/engine.ts';
import {
  backtestSagaName,
  optimiseSagaName,
  stressSagaName,
  walkForwardSagaName,
} from '../../pipelines/assess/contracts.ts';
import { sha256 } from '../../pipelines/backtestResult.ts';
import { mostTrials } from '../../pipelines/generate/contracts.ts';
import { refuseErrors } from '../../pipelines/generate/design.ts';
import type { OutputFolder } from '../../storage/outputFolder.ts';
import { localTenant } from '../caller.ts';
import type { TaskRequest } from '../ports.ts';
import type { StrategyChoice } from '../wire.ts';
import { chooseData } from './dataChoice.ts';

export interface StartServices {
  readonly candles: CandleStore;
  readonly strategies: OutputFolder;
  /** Judges code as that of an agent: who wrote it cannot be known here. */
  readonly guard: (source: string, language: StrategyLanguage) => readonly Finding[];
  /** Lowest isolation that will do for strategies that callers send. */
  readonly minimumLevel: IsolationLevel;
}

/** Tools that take an idea, with the gates that the first two stop at. */
const ideaTools: Readonly<Record<string, readonly string[] | undefined>> = {
  reasoning: ['reason'],
  coding: ['code'],
  generate: undefined,
};
const strategyTools = [backtestSagaName, optimiseSagaName, walkForwardSagaName, stressSagaName];
export const tools: readonly string[] = [...Object.keys(ideaTools), ...strategyTools];

/** What a task is as a run of the lab. @throws LabError `usage`, `not-found`, `data.*`, `strategy.guard` */
export async function startRequestOf(
  request: TaskRequest,
  tenant: string,
  services: StartServices,
): Promise<Pick<StartRequest, 'name' | 'input' | 'gates'>> {
  const { tool, prompt, strategy, gates } = request;
  if (!tools.includes(tool)) {
    throw new LabError('usage', `There is no tool ${tool}.`, {
      action: `Choose one of ${tools.join(', ')}.`,
    });
  }
  const chosenGates = gates ?? ideaTools[tool];
  const common = {
    settings: { ...defaultRunSettings, ...request.settings },
    metric: 'sharpe',
    budget: mostTrials,
  };
  if (Object.hasOwn(ideaTools, tool)) {
    if (prompt === undefined || strategy !== undefined || request.params !== undefined) {
      throw new LabError('usage', `${tool} takes a prompt, and no strategy or parameters.`, {
        action: 'Say in a few sentences when to buy and when to sell.',
      });
    }
    // The built-in agents write from a catalogue, whose code may run as a preview.
    const level = { minimumLevel: 'preview' };
    const data = await chooseData(services.candles, request.data);
    const input = { ...common, ...data, ...level, idea: prompt, edited: null };
    return { name: 'generate', input, ...(chosenGates !== undefined && { gates: chosenGates }) };
  }
  if (strategy === undefined || prompt !== undefined) {
    throw new LabError('usage', `${tool} takes a strategy, and no prompt.`, {
      action: 'Give {"source": "..."}, or {"file": "..."} of the folder of strategies.',
    });
  }
  const { source, file } = await strategyOf(strategy, tenant, services);
  const data = await chooseData(services.candles, request.data);
  const input = {
    ...common,
    ...data,
    source,
    file,
    author: 'agent',
    params: request.params ?? {},
    isWhole: tool === backtestSagaName,
    minimumLevel: services.minimumLevel,
  };
  return { name: tool, input, ...(chosenGates !== undefined && { gates: chosenGates }) };
}

/** A strategy that came as source. */
const sentFile = /^api-[0-9a-f]{12}\.strategy\.(ts|py)$/;

/** The text of a strategy and the path of its file, into which what a caller sent is written. */
async function strategyOf(
  { file, source, language }: StrategyChoice,
  tenant: string,
  { strategies, guard }: StartServices,
): Promise<{ readonly source: string; readonly file: string }> {
  if ((file === undefined) === (source === undefined) || (file !== undefined && language !== undefined)) {
    throw new LabError(
      'usage',
      'A strategy is given by file or by source with its language, one of the two.',
      {
        action: 'Leave one of them out.',
      },
    );
  }
  if (source !== undefined) {
    refuseErrors(guard(source, language ?? 'javascript'));
    const ending = language === 'python' ? 'py' : 'ts';
    const name = `api-${sha256(source).slice(0, 12)}.strategy.${ending}`;
    await strategies.write(name, source);
    return { source, file: strategies.pathOf(name) };
  }
  const name = file ?? '';
  // The folder is the owner's: a guest names what a caller has sent, by a name that only its text gives away.
  const isOpen = tenant === localTenant || sentFile.test(name);
  const text = isOpen ? await strategies.read(name) : undefined;
  if (text === undefined || text.trim() === '') {
    throw new LabError('not-found', `The folder of strategies has no strategy ${name}.`, {
      action: 'Send its text as source.',
    });
  }
  refuseErrors(guard(text, languageOfFile(name)));
  return { source: text, file: strategies.pathOf(name) };
}
