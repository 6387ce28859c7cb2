import { describe, expect, test } from 'vitest';
import { metricLabel } from '../../extension/reports/metricTexts.ts';
import { renderTextSummary } from '../../extension/reports/textReport.ts';
import { makeInput } from './sample.ts';

const { result } = makeInput();

describe('the summary for a terminal', () => {
  test.each([
    [10, 80],
    [80, 80],
    [100, 100],
    [500, 120],
  ])('asked for %d columns is at most %d wide', (asked, width) => {
    const long = { ...result, warnings: ['w'.repeat(500), 'word '.repeat(100)] };
    for (const line of renderTextSummary(long, asked).split('\n'))
      expect(line.length).toBeLessThanOrEqual(width);
  });

  test('shows every metric with in-sample, out-of-sample and whole side by side', () => {
    const lines = renderTextSummary(result).split('\n');
    expect(lines.find((line) => line.includes('In-sample'))).toMatch(/In-sample +Out-of-sample +Whole$/);
    expect(lines.filter((line) => /^ {2}\S.*\S {2,}\S+.* {2,}\S+/.test(line)).length).toBeGreaterThanOrEqual(
      Object.keys(result.metrics).length,
    );
    expect(lines.find((line) => line.startsWith('  Total return'))).toMatch(/(?:[+-]?[\d.]+% *){3}$/);
  });

  test('places warnings before every figure, and labels synthetic data', () => {
    const { manifest } = result;
    const synthetic = { ...result, manifest: { ...manifest, data: { ...manifest.data, synthetic: true } } };
    const text = renderTextSummary(synthetic);
    expect(text.indexOf('! Synthetic data')).toBeGreaterThan(0);
    expect(text.indexOf('! Few trades.')).toBeLessThan(text.indexOf('Total return'));
    expect(text).toContain('SYNTHETIC');
    expect(text).toContain('gvisor: Docker with gVisor');
  });

  test('says how many attempts the run stands among', () => {
    const { manifest } = result;
    const textOf = (trials: typeof manifest.trials) =>
      renderTextSummary({ ...result, manifest: { ...manifest, trials } }).replace(/\s+/g, ' ');
    expect(textOf({ count: 37, position: 3 })).toContain(
      'Trials 36 other pairs of code and parameters tried',
    );
    expect(textOf({ count: 2, position: 3 })).toContain('Trials one other pair');
    expect(textOf({ count: 1, position: 3 })).toContain('Trials the first pair');
    expect(textOf(null)).toContain('Trials not counted');
  });

  test('says which metrics are not available, where and why', () => {
    const text = renderTextSummary(result);
    expect(text).toMatch(/Win rate +[\d.]+% +not available +[\d.]+%/);
    expect(text.replace(/\s+/g, ' ')).toContain(
      'Not available, out-of-sample: Win rate, Profit factor, Payoff ratio, Mean profit a trade, ',
    );
    expect(text.replace(/\s+/g, ' ')).toMatch(
      /Not available, whole: [^(]*\bSharpe, [^(]*\(too few daily returns\)/,
    );
    expect(text.replace(/\s+/g, ' ')).toMatch(/Slippage, Spread, Funding, Liquidation fees \(not recorded\)/);
  });

  test('names the bases of the figures', () => {
    const { manifest } = result;
    const settings = { ...manifest.settings, periodsPerYear: 252, riskFreeRate: 0.025 };
    const text = renderTextSummary({ ...result, manifest: { ...manifest, settings } });
    expect(text.replace(/\s+/g, ' ')).toContain(
      'Bases 252 periods a year, risk-free rate 2.5%, target 0%, confidence 95%',
    );
  });

  test('writes no label too long for its column', () => {
    const lines = renderTextSummary(result).split('\n');
    for (const name of Object.keys(result.metrics)) {
      expect(lines.some((line) => line.startsWith(`  ${metricLabel(name)} `))).toBe(true);
    }
  });

  test('lets no name or warning reach the terminal as a control sequence or on a line of its own', () => {
    const { manifest } = result;
    const name = 'x\u001b[2J\u0007\nSharpe 99\u202E';
    const hostile = {
      ...result,
      warnings: [name],
      manifest: { ...manifest, strategy: { ...manifest.strategy, name } },
    };
    const text = renderTextSummary(hostile);
    expect(text).not.toMatch(/[^\n\P{Cc}]/u);
    expect(text).not.toMatch(/^Sharpe 99/m);
    expect(text).toContain('x<U+001B>[2J<U+0007> Sharpe 99<U+202E>');
  });
});
