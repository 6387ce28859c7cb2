import type { BacktestResult } from '../contracts/backtest.ts';
import type { Fragility } from '../contracts/fragility.ts';
import type { RunFinding } from '../contracts/guardian.ts';
import type { ErrorRecord } from '../contracts/saga.ts';
import { type FragilityPolicy, type FragilityVerdict, fragilityVerdicts } from './fragility/verdicts.ts';

const place = { line: null, column: null } as const;

/** The rule that a check of fragility speaks for; doubled costs are no fault of the code. */
const ruleOfCheck: Readonly<
  Partial<Record<FragilityVerdict['name'], Pick<RunFinding, 'rule' | 'severity' | 'advice'>>>
> = {
  'cut-data': { rule: 'D1', severity: 'error', advice: 'Use what was known at the close of the bar alone.' },
  'noise-future': {
    rule: 'D1',
    severity: 'error',
    advice: 'Use what was known at the close of the bar alone.',
  },
  'shifted-start': {
    rule: 'D2',
    severity: 'warning',
    advice: 'Let no value depend on the first bar of the run, or wait longer before the first order.',
  },
  delay: {
    rule: 'D3',
    severity: 'warning',
    advice: 'Give orders that are still good one bar later, or trade on a longer timeframe.',
  },
};

/** What a finished run showed: refused accesses, and what its variations came to where they were made. */
export function findingsOfRun(
  { refusals }: Pick<BacktestResult, 'refusals'>,
  fragility: Fragility | null,
  policy: FragilityPolicy,
): RunFinding[] {
  const refused = refusals.first.map(({ what, line, column, count }): RunFinding => {
    const times = count === 1 ? '' : ` ${count} times`;
    return {
      rule: 'D4',
      severity: 'error',
      line,
      column,
      message: `The run was refused ${what}${times} here, and went on.`,
      advice: 'Take out what reaches for it: a strategy has its bars, its indicators and random().',
    };
  });
  const verdicts = fragility === null ? [] : fragilityVerdicts(fragility, policy);
  const varied = verdicts.flatMap(({ name, state, text }): RunFinding[] => {
    const rule = ruleOfCheck[name];
    return state !== 'fail' || rule === undefined ? [] : [{ ...rule, ...place, message: text }];
  });
  return [...refused, ...varied];
}

/** What a failed run showed of the strategy's code; nothing where the fault is not its. */
export function findingOfFailure({ reason, message, action, place: at }: ErrorRecord): RunFinding | null {
  if (reason !== 'sandbox.look-ahead') return null;
  return {
    rule: 'D1',
    severity: 'error',
    line: at?.line ?? null,
    column: at?.column ?? null,
    message,
    advice: action ?? 'Use what was known at the close of the bar alone.',
  };
}
