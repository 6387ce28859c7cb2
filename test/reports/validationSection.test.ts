import { describe, expect, test } from 'vitest';
import type { RunReportInput } from '../../extension/contracts/report.ts';
import { validationViewSchema } from '../../extension/contracts/validationView.ts';
import { renderRunReport } from '../../extension/reports/runReport.ts';
import { englishWords } from '../../extension/reports/validation/validationSection.ts';
import { validationView } from '../../extension/reports/validation/validationView.ts';
import { elements, textOf } from './page.ts';
import { makeInput } from './sample.ts';
import { makeValidation } from './validationSample.ts';

const rolling = makeValidation();
const combinatorial = makeValidation('combinatorial');
const viewOf = (summary: typeof rolling) => validationViewSchema.parse(validationView(summary, englishWords));

function sectionOf(input: RunReportInput): string {
  const page = renderRunReport(input, { script: '', style: '' });
  return (
    elements(page, 'section').find(({ attributes }) => attributes.includes('id="validation"'))?.content ?? ''
  );
}

describe('a validation as it is shown', () => {
  test('has every in-sample figure beside its out-of-sample twin, as text or as not available', () => {
    for (const { twins, folds, stability } of [viewOf(rolling), viewOf(combinatorial)]) {
      const pairs = [
        ...twins,
        ...folds.rows.flatMap(({ score, meanReturn, trades }) => [score, meanReturn, trades]),
        ...(stability?.rows.flatMap(({ cells }) => cells) ?? []),
      ];
      expect(pairs.length).toBeGreaterThan(10);
      for (const { inSample, outOfSample } of pairs) {
        expect(inSample).not.toBe('');
        expect(outOfSample).not.toBe('');
      }
    }
  });

  test('says that what is open at the end of a test pays its exit there', () => {
    for (const { how } of [viewOf(rolling), viewOf(combinatorial)]) {
      expect(how.join(' ')).toContain('closed at the last close and pays fee, fixed fee, half the spread');
    }
    expect(textOf(sectionOf({ ...makeInput(), validation: rolling }))).toContain(
      'A position that is still open at the end of a test is closed',
    );
  });

  test('tells of each fold its days, its choice, whether that was judged, and its trades', () => {
    const { rows } = viewOf(rolling).folds;
    expect(rows).toHaveLength(rolling.folds.length);
    const [first] = rolling.folds;
    const day = (time: number | undefined) => new Date(time ?? 0).toISOString().slice(0, 10);
    expect(rows[0]?.test).toBe(`${day(first?.test[0]?.firstTime)} – ${day(first?.test[0]?.lastTime)}`);
    expect(rows[0]?.chosen).toMatch(/^fast=\d+ slow=\d+ \(not judged\)$/);
    expect(rows[1]?.chosen).toMatch(/^fast=\d+ slow=\d+$/);
    expect(rows[2]?.trades).toEqual({ inSample: '62', outOfSample: '13' });
  });

  test('shows paths with their median and spread where there are several, and none where there is one', () => {
    expect(viewOf(rolling).paths).toBeNull();
    expect(viewOf(rolling).chart.lines.map(({ kind }) => kind)).toEqual(['equity', 'hold']);
    const { paths, chart, conclusion } = viewOf(combinatorial);
    expect(paths?.rows).toHaveLength(combinatorial.paths.length);
    expect(paths?.rows.filter(({ isShown }) => isShown)).toHaveLength(1);
    expect(chart.lines.map(({ kind }) => kind)).toEqual(['equity', 'hold', 'lowest', 'highest']);
    expect(conclusion.join(' ')).toContain(`median ${combinatorial.spread?.median.toFixed(3)}`);
  });

  test('frames the chosen set on the surface and says what its neighbours keep', () => {
    const { stability, conclusion } = viewOf(rolling);
    const cells = stability?.rows.flatMap((row) => row.cells) ?? [];
    expect(cells).toHaveLength(12);
    expect(cells.filter(({ isChosen }) => isChosen)).toHaveLength(1);
    expect(Math.max(...cells.map(({ level }) => Math.abs(level)))).toBe(3);
    expect(conclusion.at(-1)).toMatch(/The \d sets beside the chosen one keep -?\d+%/);
    expect(viewOf({ ...rolling, stability: null }).conclusion.at(-1)).toMatch(/not known/);
  });
});

describe('a choice that could not be judged', () => {
  const judged = (isJudged: (fold: number) => boolean) => ({
    ...rolling,
    folds: rolling.folds.map((fold, index) => ({ ...fold, isJudged: isJudged(index) })),
  });

  test('is not praised: where no fold could judge, nothing is said but that', () => {
    expect(rolling.stability?.shape).not.toBeNull();
    const { conclusion, stability, how } = viewOf(judged(() => false));
    expect(conclusion).toEqual([
      expect.stringMatching(
        new RegExp(`^In none of the ${rolling.folds.length} folds .* nothing can be said of the choice\\.$`),
      ),
    ]);
    expect(stability).toBeNull();
    expect([...conclusion, ...how].join(' ')).not.toMatch(/plateau|slope|spike/);
  });

  test('has no surroundings to speak of where it was the last one; one before it changes nothing', () => {
    const last = rolling.folds.length - 1;
    const open = viewOf(judged((fold) => fold !== last));
    expect(open.conclusion.at(-1)).toMatch(/last fold could not be judged/);
    expect(open.stability).toBeNull();
    const earlier = viewOf(judged((fold) => fold === last));
    expect(earlier.conclusion.at(-1)).toMatch(/sets beside the chosen one keep/);
    expect(earlier.stability).not.toBeNull();
  });
});

describe('the report page', () => {
  test('has the section, the chart with its table, and what the chart draws', () => {
    const input = { ...makeInput(), validation: combinatorial };
    const text = textOf(sectionOf(input));
    for (const part of ['Equity out of sample', 'Folds', 'Paths', 'Stability of the choice', 'Efficiency']) {
      expect(text).toContain(part);
    }
    expect(sectionOf(input)).toContain('data-validation-chart');
    const page = renderRunReport(input, { script: '', style: '' });
    const data = elements(page, 'script').find(({ attributes }) => attributes.includes('application/json'));
    expect(JSON.parse(data?.content ?? '').validation.time).toEqual(combinatorial.curve.time);
  });

  test('has none of it where a run was not validated', () => {
    expect(sectionOf(makeInput())).toBe('');
  });

  test('shows a hostile parameter name as text', () => {
    const [fold] = rolling.folds;
    if (fold === undefined) throw new Error('there is no fold');
    const folds = [{ ...fold, params: { '<img src=x onerror=alert(1)>': 1 } }];
    const section = sectionOf({ ...makeInput(), validation: { ...rolling, folds } });
    expect(section).not.toContain('<img');
    expect(textOf(section)).toContain('<img src=x onerror=alert(1)>');
  });
});
