import { describe, expect, it } from 'vitest';
import { createIndicators } from '../../../extension/backtest/indicators/create.ts';
import { BarWindow } from '../../../extension/backtest/series.ts';
import { indicatorCases } from '../support/indicatorCases.ts';
import { indicatorDeclarations } from '../support/indicatorDeclarations.ts';
import { indicatorPage } from '../support/indicatorPage.ts';

const declarations = indicatorDeclarations();
const names = declarations.map(({ name }) => name);

describe('the declarations of the indicators', () => {
  it('name each indicator of the engine once, and at least 45', () => {
    const { indicators } = createIndicators(new BarWindow());
    expect([...names].sort()).toEqual(Object.keys(indicators).sort());
    expect(names.length).toBeGreaterThanOrEqual(45);
  });

  it.each(declarations)('define $name, its first value and its source', ({ definition, first, source }) => {
    expect(definition).toMatch(/^\S.{8,}\.$/);
    expect(first).toMatch(/`[^`]+`$|^the first bar after/);
    expect(source).toMatch(/^\S.*\.$/);
  });

  it('have a test each', () => {
    expect([...new Set(indicatorCases.map(([name]) => name))].sort()).toEqual([...names].sort());
  });

  it('are what the page of indicators says (npx vitest --update writes it anew)', async () => {
    await expect(indicatorPage()).toMatchFileSnapshot('../../../extension/backtest/indicators/indicators.md');
  });
});
