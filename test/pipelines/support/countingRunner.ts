import { randomBytes } from 'node:crypto';
import {
  type StrategyRun,
  StrategyRunner,
  type StrategyRunnerOptions,
  type StrategyRunRequest,
} from '../../../extension/pipelines/strategyRunner.ts';
import { defaultLimits } from '../../../sandbox/sandbox.ts';
import { engineHashes, quickjsBackend } from '../../sandbox/support.ts';

export const runnerOptions: StrategyRunnerOptions = {
  backends: [quickjsBackend()],
  limits: defaultLimits,
  engineHashes: engineHashes(),
  newNonce: () => randomBytes(16),
};

/** Counts its runs, and dies in the one behind the last that it may make. */
export class CountingRunner extends StrategyRunner {
  runs = 0;
  readonly #most: number;

  constructor(most = Number.POSITIVE_INFINITY) {
    super(runnerOptions);
    this.#most = most;
  }

  override run(request: StrategyRunRequest): Promise<StrategyRun> {
    if (++this.runs > this.#most) return Promise.reject(new Error('the host died'));
    return super.run(request);
  }
}
