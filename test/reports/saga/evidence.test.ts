import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ArtefactReference, SagaView } from '../../../extension/contracts/saga.ts';
import { evidenceByRun } from '../../../extension/reports/saga/evidence.ts';
import {
  evidenceFileName,
  evidenceText,
  mostCharacters,
} from '../../../extension/reports/saga/evidenceText.ts';
import { fixedTwice, SampleRun } from './sampleRuns.ts';

const words = {
  cut: (shown: number, whole: number) => `[cut ${shown} of ${whole}]`,
  binary: (whole: number, shown: number) => `[binary ${whole}, ${shown} shown]`,
};
const bytes = (text: string) => new TextEncoder().encode(text);

describe('evidence as text', () => {
  test('JSON is laid out, and what only says that it is JSON stays as it is', () => {
    expect(evidenceText(bytes('{"a":[1,2]}'), 'application/json', words)).toBe(
      '{\n  "a": [\n    1,\n    2\n  ]\n}\n',
    );
    expect(evidenceText(bytes('{"a":'), 'application/json', words)).toBe('{"a":');
  });

  test('pages and programs are text like any other', () => {
    const page = '<script>alert(1)</script>';
    expect(evidenceText(bytes(page), 'text/html', words)).toBe(page);
  });

  test('what is no text is shown as the values of its beginning', () => {
    const column = new Uint8Array(new Float64Array([1, Number.NaN]).buffer);
    expect(evidenceText(column, 'application/octet-stream', words)).toBe(
      '[binary 16, 16 shown]\n\n00000000  00 00 00 00 00 00 f0 3f 00 00 00 00 00 00 f8 7f  .......?........\n',
    );
    expect(evidenceText(new Uint8Array(100_000), 'text/plain', words).length).toBeLessThan(30_000);
  });

  test('is bounded, whatever it is', () => {
    const long = 'é'.repeat(mostCharacters + 10);
    expect(evidenceText(bytes(long), 'text/plain', words)).toMatch(
      new RegExp(`é\\n\\n\\[cut ${2 * mostCharacters} of ${2 * mostCharacters + 20}\\]\\n$`),
    );
    // Laid out it would be many times longer.
    const deep = `${'['.repeat(3000)}${']'.repeat(3000)}`;
    expect(evidenceText(bytes(deep), 'application/json', words).length).toBeLessThan(mostCharacters + 100);
    expect(evidenceText(new Uint8Array(20_000_000).fill(0xc3), 'text/plain', words)).toContain('[binary');
    const huge = evidenceText(bytes(`"${'é'.repeat(9_000_000)}"`), 'application/json', words);
    expect(huge.length).toBeLessThan(mostCharacters + 100);
    expect(huge).toContain('é');
  });

  test('is told for any bytes at all', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 300 }),
        fc.constantFrom('application/json', 'x'),
        (content, type) => {
          expect(typeof evidenceText(content, type, words)).toBe('string');
        },
      ),
    );
  });
});

test('a file name for evidence names no other place and ends as its kind does', () => {
  const names = (name: string, mediaType: string) => evidenceFileName({ name, mediaType });
  expect(names('trials.json', 'application/json')).toBe('trials.json');
  expect(names('a-1f.strategy.ts', 'text/typescript')).toBe('a-1f.strategy.ts');
  expect(names('equity.f64', 'application/octet-stream')).toBe('equity.f64.txt');
  expect(names('../../etc/passwd', 'text/html')).toBe('etc-passwd.html');
  expect(names('..', 'application/json')).toBe('evidence.json');
  fc.assert(
    fc.property(fc.string(), fc.string(), (name, mediaType) => {
      expect(names(name, mediaType)).toMatch(/^[A-Za-z0-9_-][A-Za-z0-9._-]{0,90}$/);
    }),
  );
});

describe('what changed since the run before', () => {
  const changes = (snapshot: Awaited<ReturnType<SampleRun['snapshot']>>) =>
    Object.fromEntries(
      snapshot.runs.map(({ key, evidence }) => [key, evidence.map(({ change }) => change).join()]),
    );

  test('is known for each piece of evidence of every run', async () => {
    expect(changes(await (await fixedTwice()).snapshot())).toMatchObject({
      'reason#1': 'none',
      'reason#2': 'changed',
      'guard#2': 'same',
      'code#3': 'changed',
      'sandbox#3': '',
      'backtest#1': 'none',
    });
  });

  test('is found for strategy files though their names differ, and for nothing that is not alone of its kind', () => {
    const artefact = (name: string, mediaType: string, digit: string): ArtefactReference => ({
      name,
      mediaType,
      hash: digit.repeat(64),
      bytes: 1,
    });
    const run = { status: 'done', attempts: 1, startedTime: 1, endedTime: 2, error: null } as const;
    const earlier = [artefact('old.strategy.ts', 'text/typescript', 'a'), artefact('x.json', 'j', 'b')];
    const later = [
      artefact('new.strategy.ts', 'text/typescript', 'c'),
      artefact('y.json', 'j', 'd'),
      artefact('z.json', 'j', 'e'),
    ];
    const view = {
      steps: [
        {
          ...run,
          name: 'code',
          gate: false,
          generation: 2,
          artefacts: later,
          earlier: [{ ...run, generation: 1, artefacts: earlier }],
        },
      ],
    } as unknown as SagaView;
    expect(
      evidenceByRun(view)
        .get('code#2')
        ?.map((pair) => pair.earlier?.name ?? null),
    ).toEqual(['old.strategy.ts', null, null]);
  });
});

test('a run whose turn has not come is queued, and cannot be resumed but stopped', async () => {
  const run = await SampleRun.start();
  const queued = await run.snapshot({ isQueued: true });
  expect([queued.run.state, queued.can]).toEqual([
    'Queued',
    { resume: false, stop: true, cancel: true, openBacktest: false },
  ]);
  const left = await run.snapshot();
  expect([left.run.state, left.can]).toEqual([
    'Interrupted',
    { resume: true, stop: false, cancel: true, openBacktest: false },
  ]);
});
