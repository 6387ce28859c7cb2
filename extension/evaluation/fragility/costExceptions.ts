import type { CostName, Fragility } from '../../contracts/fragility.ts';
import { percent } from './percent.ts';

const costTexts = {
  fee: 'fee',
  makerFee: 'fee of limit orders',
  fixedFee: 'fixed fee',
  tierFee: 'fee of a tier',
  tierMakerFee: 'fee of limit orders of a tier',
  spread: 'spread',
  slippage: 'slippage',
  volatilitySlippage: 'slippage by volatility',
  volumeSlippage: 'slippage by volume',
  liquidationFee: 'fee of a liquidation',
} as const satisfies Record<CostName, string>;

/** Sentences on what a run at doubled costs has not doubled. */
export function costExceptions({ limits, funding }: NonNullable<Fragility['doubledCosts']>): string[] {
  const limited = limits.map(({ cost, was, limit }) => {
    const amount = (value: number): string => limitText({ cost, value }) ?? percent(value);
    const change =
      was === limit
        ? `is at its limit of ${amount(limit)}`
        : `goes from ${amount(was)} to its limit of ${amount(limit)}`;
    return `The ${costTexts[cost]} ${change}, not doubled.`;
  });
  const fundings = {
    'paid-doubled': ['Funding that was paid is doubled, what was received is not.'],
    'none-paid': ['No funding was paid, and what was received is not doubled.'],
  };
  return [...limited, ...(funding === null ? [] : fundings[funding])];
}

/** The amount of a cost that is no fraction; null for one that is. */
export function limitText({
  cost,
  value,
}: {
  readonly cost: CostName;
  readonly value: number;
}): string | null {
  const isPlain = cost === 'fixedFee' || cost === 'volatilitySlippage' || cost === 'volumeSlippage';
  return isPlain ? String(value) : null;
}
