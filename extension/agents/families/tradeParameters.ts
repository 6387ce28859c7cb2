import type { ParameterValues } from '../../contracts/strategy.ts';
import type { EntryOverride, FamilyParameter, SizeName } from './family.ts';

/** Parameters of protection and size that any family takes; they are the trader's choice and never searched. */
export const tradeParameters: Readonly<Record<'stop' | 'target' | SizeName, FamilyParameter>> = {
  stop: { type: 'number', min: 0.1, max: 90, description: 'Stop loss in percent of the entry price' },
  target: { type: 'number', min: 0.1, max: 1000, description: 'Take profit in percent of the entry price' },
  size: { type: 'number', min: 0.1, max: 100, description: 'Percent of the equity in one entry' },
  cash: { type: 'number', min: 1, max: 1_000_000_000, description: 'Cash in one entry' },
  risk: { type: 'number', min: 0.01, max: 20, description: 'Percent of the equity lost at the stop' },
};

const sizeOptions: Readonly<Record<SizeName, string>> = {
  size: 'percent',
  cash: 'cash',
  risk: 'riskPercent',
};

/** The parameter that sizes an entry; null where all is spent. */
export function sizeNameOf(params: ParameterValues): SizeName | null {
  return (['risk', 'size', 'cash'] as const).find((name) => params[name] !== undefined) ?? null;
}

/** The options of an entry as code; what the idea states goes before the family's own. */
export function entryOptions(params: ParameterValues, own: EntryOverride = {}): string {
  const sizedBy = sizeNameOf(params);
  const size =
    sizedBy === null ? `percent: ${own.size ?? '100'}` : `${sizeOptions[sizedBy]}: params.${sizedBy}`;
  const target = params['target'] === undefined ? own.takeProfitPercent : 'params.target';
  const parts = [
    size,
    ...(params['stop'] === undefined ? [] : ['stopLossPercent: params.stop']),
    ...(target === undefined ? [] : [`takeProfitPercent: ${target}`]),
  ];
  return `{ ${parts.join(', ')} }`;
}
