import type { Fragility } from '../../extension/contracts/fragility.ts';
import { generatedScenarios, type StressReport } from '../../extension/contracts/stress.ts';
import { type ProfileRule, profileRules } from '../../extension/evaluation/profiles/overlay.ts';
import { traderProfiles } from '../../extension/evaluation/profiles/profiles.ts';

const figures = { totalReturn: 0.4, sharpe: 1.2, maxDrawdown: 0.1, trades: 42 };
const noFigures = { totalReturn: null, sharpe: null, maxDrawdown: null, trades: null };
const alike = { from: 0, difference: null, problem: null };
const time = Date.UTC(2020, 0, 5, 3);

/** Passes all but the shifted start, which differs from bar 99 on. */
export const fragilitySample: Fragility = {
  base: figures,
  delay: { bars: 1, twoFills: 0.002, figures: { ...figures, totalReturn: 0.3, sharpe: 1 }, problem: null },
  doubledCosts: { figures: { ...figures, totalReturn: 0.22 }, problem: null, limits: [], funding: null },
  shiftedStart: [
    { ...alike, at: 1, to: 400, compared: 60 },
    { ...alike, at: 30, to: 400, compared: 58, difference: { bar: 99, time } },
  ],
  cutData: [{ ...alike, at: 101, to: 101, compared: 11 }],
  noiseFuture: [{ ...alike, at: 101, to: 101, compared: 11 }],
};

const applied = Object.fromEntries(profileRules.map((rule) => [rule, 0])) as Record<ProfileRule, number>;
const spread = { p05: 0.05, p25: 0.08, p50: 0.1, p75: 0.13, p95: 0.2 };
const baseline = { runs: 1000, seed: 1, observed: 0.01, mean: 0.004, p05: -0.001, p95: 0.009, p: 0.031 };
const order = {
  runs: 1000,
  seed: 1,
  finalEquity: spread,
  maxDrawdown: spread,
  drawdowns: { low: 0.04, width: 0.02, counts: [50, 200, 400, 200, 100, 50] },
  observedDrawdown: 0.1,
  ruinProbability: 0.002,
  drawdownP: 0.45,
};
const interval = { estimate: 0.4, lower: -0.1, upper: 0.9 };

export const stressSample: StressReport = {
  seed: 1,
  base: figures,
  others: [],
  simplified: [],
  profilesLeftOut: null,
  scenarios: [
    ...generatedScenarios.map((scenario, place) => ({
      scenario,
      leftOut: null,
      outcomes: [0.1, -0.2, 0.3].map((value) => ({
        ...figures,
        totalReturn: value * (place + 1),
        marketReturn: value,
        problem: null,
      })),
    })),
    {
      scenario: 'own-gap',
      leftOut: null,
      outcomes: [{ ...noFigures, marketReturn: 0.1, problem: 'It threw <b>on bar 3</b>.' }],
    },
  ],
  crises: [
    {
      crisis: { id: 'ftx-2022', name: 'Failure of FTX', from: time, to: time + 86_400_000 },
      data: { venue: 'binance', symbol: 'BTC/USDT', bars: 96 },
      totalReturn: -0.04,
      maxDrawdown: 0.07,
      trades: 2,
      marketReturn: -0.22,
      problem: null,
      command: null,
    },
    {
      crisis: { id: 'luna-2022', name: 'Failure of Terra and LUNA', from: time, to: time + 86_400_000 },
      data: null,
      totalReturn: null,
      maxDrawdown: null,
      trades: null,
      marketReturn: null,
      problem: 'no 1h candles of this time are in the lab',
      command: 'strategy-lab data download --exchange binance --symbol BTC/USDT',
    },
  ],
  profiles: Object.values(traderProfiles).map(({ name, description }) => ({
    name,
    description,
    ...figures,
    applied: { ...applied, loss: 3 },
  })),
  ruinLevel: 0.5,
  shuffled: order,
  resampled: order,
  randomEntry: baseline,
  rotation: { ...baseline, p: 0.2 },
  permutation: {
    runs: 1000,
    seed: 1,
    observed: null,
    mean: null,
    p05: null,
    p95: null,
    p: null,
    reason: 'the position never changes',
  },
  intervals: {
    level: 0.95,
    method: 'stationary',
    blockLength: 4,
    resamples: 1000,
    seed: 1,
    mean: interval,
    sharpe: interval,
    totalReturn: interval,
    maxDrawdown: null,
  },
  regimes: [
    { regime: 'up-trend', bars: 200, totalReturn: 0.3, meanReturn: 0.001, deviation: 0.01, barSharpe: 0.1 },
    { regime: 'crash', bars: 12, totalReturn: -0.02, meanReturn: null, deviation: null, barSharpe: null },
  ],
};
