import type { ParameterDefinition, Series, Strategy } from 'strategy-lab';

/** A strategy whose parameter and state types are no longer known. */
export type AnyStrategy = Strategy<Record<string, ParameterDefinition>, unknown>;

/** Marks what `defineStrategy` made, so that a look-alike object is told apart. */
const defined = new WeakSet<object>();

/** Thrown for a module whose default export is no strategy. */
export class StrategyShapeError extends Error {
  override readonly name = 'StrategyShapeError';
}

export function defineStrategy<S extends object>(strategy: S): S {
  if (typeof strategy !== 'object' || strategy === null) {
    throw new StrategyShapeError('defineStrategy takes an object with name, setup and next');
  }
  const copy = Object.freeze({ ...strategy });
  defined.add(copy);
  return copy;
}

/**
 * Checks the default export of a strategy's module.
 * @throws StrategyShapeError that says what is missing
 */
export function requireStrategy(value: unknown): AnyStrategy {
  if (typeof value !== 'object' || value === null || !defined.has(value)) {
    throw new StrategyShapeError('the file has no default export made by defineStrategy({ ... })');
  }
  const strategy = value as Partial<AnyStrategy>;
  if (typeof strategy.name !== 'string' || strategy.name.trim() === '') {
    throw new StrategyShapeError('the strategy has no name');
  }
  if (typeof strategy.setup !== 'function')
    throw new StrategyShapeError('the strategy has no setup function');
  if (typeof strategy.next !== 'function') throw new StrategyShapeError('the strategy has no next function');
  return value as AnyStrategy;
}

// Each case compares on its own: a value that is one thing or the other is allocated at every bar.
export function crossAbove(a: Series | number, b: Series | number): boolean {
  if (typeof b === 'number') return typeof a !== 'number' && a.value > b && a.previous <= b;
  if (typeof a === 'number') return a > b.value && a <= b.previous;
  return a.value > b.value && a.previous <= b.previous;
}

export function crossBelow(a: Series | number, b: Series | number): boolean {
  if (typeof b === 'number') return typeof a !== 'number' && a.value < b && a.previous >= b;
  if (typeof a === 'number') return a < b.value && a >= b.previous;
  return a.value < b.value && a.previous >= b.previous;
}

/** What a strategy file gets when it imports 'strategy-lab'. */
export const strategyModule = Object.freeze({ defineStrategy, crossAbove, crossBelow });
