import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, test } from 'vitest';
import { metricDefinitions } from '../../extension/backtest/metrics/definitions.ts';
import { engineVersion, fillRules } from '../../extension/backtest/rules.ts';
import { hashFile } from '../../extension/market/store/files.ts';
import { sha256 } from '../../extension/pipelines/backtestResult.ts';
import { type ProgramParts, type VerifyReport, verifyRun } from '../../extension/pipelines/replay/verify.ts';
import { engineHashes } from '../sandbox/support.ts';
import { market, useReplayLab } from './support/replayLab.ts';

const replayed = useReplayLab();

type Edit = (bytes: Uint8Array) => Uint8Array;

/** What is not as it was, by its name; that of which nothing is known is left out. */
function changedInputs({ inputs }: VerifyReport): [string, string][] {
  return inputs.flatMap(({ input, state }) =>
    state === 'changed' || state === 'missing' ? [[input, state]] : [],
  );
}

/** What verify says of a run where a part of the program, or of what it reads, is another. */
function verifiedWith(
  id: string,
  program: Partial<ProgramParts>,
  readArtefact?: Edit,
): Promise<VerifyReport> {
  return replayed.withSources((sources, journal) =>
    verifyRun(
      {
        ...sources,
        ...(readArtefact !== undefined && {
          readArtefact: async (hash) => readArtefact(await sources.readArtefact(hash)),
        }),
        trials: journal.trials,
        verifyChain: (stream) => journal.verifyChain(stream),
        readFile: (path) => readFile(path),
        hashFile,
        program: {
          engineVersion,
          runnerHashes: engineHashes(),
          rules: fillRules,
          metrics: metricDefinitions,
          runtimeOf: () => 'quickjs 0.32',
          ...program,
        },
      },
      id,
    ),
  );
}

describe('verify', () => {
  test('finds every input of a run as it was, the runtime too', async () => {
    const { id } = await replayed.runOf('rsiReversion.strategy.ts');
    const report = await replayed.lab.verify(id);
    expect(report).toMatchObject({ isSame: true, notes: [] });
    const told = report.inputs.filter(({ state }) => state !== 'unknown');
    for (const input of told)
      expect(input, input.input).toMatchObject({ state: 'same', now: input.recorded });
    expect(report.inputs.map(({ input }) => input)).toEqual([
      'strategy',
      'strategy file',
      'candles',
      'file of candles',
      'parameters',
      'settings',
      'engine with its indicators',
      'fill rules',
      'metric definitions',
      'sandbox runner and protocol',
      'sandbox runtime',
      'artefacts',
      'journal of the run',
      'ledger of trials',
      'trials',
    ]);
  });

  test('notes that a strategy file was edited or is gone, which the run does not depend on', async () => {
    const { id, file, source } = await replayed.runOf('donchianBreakout.strategy.ts');
    const note = "The run used the lab's copy, which is unchanged, of the strategy; the file at";
    await writeFile(file, `${source}\n// edited\n`);
    const edited = await replayed.lab.verify(id);
    expect(changedInputs(edited)).toEqual([['strategy file', 'changed']]);
    expect(edited).toMatchObject({ isSame: true, notes: [`${note} ${file} has changed since.`] });
    await rm(file);
    const gone = await replayed.lab.verify(id);
    expect(changedInputs(gone)).toEqual([['strategy file', 'missing']]);
    expect(gone).toMatchObject({ isSame: true, notes: [`${note} ${file} is no longer there.`] });
  });

  test('notes the files that the candles were read from, and says where a run did not record them', async () => {
    const path = join(replayed.folder, 'prices.csv');
    await writeFile(path, 'as it was');
    const before = { path, hash: sha256('as it was') };
    const { hash, venue, symbol } = market;
    const data = { hash, venue, symbol, files: [before] };
    const { id } = await replayed.runOf('smaCross.strategy.ts', { input: { data } });
    expect(await replayed.lab.verify(id)).toMatchObject({ isSame: true, notes: [] });
    await writeFile(path, 'downloaded again');
    const changed = await replayed.lab.verify(id);
    expect(changedInputs(changed)).toEqual([['file of candles', 'changed']]);
    expect(changed.isSame).toBe(true);
    expect(changed.notes).toEqual([expect.stringContaining(`the file at ${path} has changed since`)]);
    await rm(path);
    expect(changedInputs(await replayed.lab.verify(id))).toEqual([['file of candles', 'missing']]);
    const files = async (input: Record<string, unknown>) => {
      const made = await replayed.runOf('smaCross.strategy.ts', { input });
      return (await replayed.lab.verify(made.id)).inputs.flatMap(({ input: name, state }) =>
        name === 'file of candles' ? [state] : [],
      );
    };
    expect(await files({})).toEqual(['unknown']);
    expect(await files({ data: { hash, venue, symbol, files: [] } })).toEqual([]);
  });

  test('names candles that were changed or are gone', async () => {
    const own = await replayed.openLab(join(replayed.folder, 'changed'));
    await own.candles.save(market);
    const { id } = await replayed.runOf('smaCross.strategy.ts', { of: own });
    const data = join(own.folder, 'data');
    const [arrow = ''] = (await readdir(data)).filter((name) => name.endsWith('.arrow'));
    const bytes = await readFile(join(data, arrow));
    const open = Buffer.from(new Uint8Array(market.open.buffer, 0, 8));
    const place = bytes.indexOf(open);
    bytes.writeDoubleLE((market.open[0] ?? 0) + 0.01, place);
    await writeFile(join(data, arrow), bytes);
    const damaged = await own.verify(id);
    expect(damaged.isSame).toBe(false);
    expect(changedInputs(damaged)).toEqual([['candles', 'changed']]);
    await rm(data, { recursive: true });
    const gone = await own.verify(id);
    expect(gone.isSame).toBe(false);
    expect(changedInputs(gone)).toEqual([['candles', 'missing']]);
    await own.close();
  });

  test('names parts of the program that are not those of the run', async () => {
    const { id } = await replayed.runOf('smaCross.strategy.ts');
    const verified = async (program: Partial<ProgramParts>) => changedInputs(await verifiedWith(id, program));
    expect(await verified({})).toEqual([]);
    expect(await verified({ engineVersion: '9.0.0' })).toEqual([['engine with its indicators', 'changed']]);
    expect(await verified({ runnerHashes: { ...engineHashes(), javascript: '0'.repeat(64) } })).toEqual([
      ['sandbox runner and protocol', 'changed'],
    ]);
    expect(await verified({ runtimeOf: () => 'quickjs 9' })).toEqual([['sandbox runtime', 'changed']]);
    const sharpe = { ...metricDefinitions, sharpe: 'Return over risk.' };
    expect(await verified({ metrics: sharpe })).toEqual([['metric definitions', 'changed']]);
    const rules = await verifiedWith(id, { rules: { ...fillRules, decision: 'At once.' } });
    expect(changedInputs(rules)).toEqual([['fill rules', 'changed']]);
    expect(rules.inputs.find(({ input }) => input === 'fill rules')?.now).toBe('decision "At once."');
    const unknown = await verifiedWith(id, { runtimeOf: () => null });
    expect(unknown).toMatchObject({ isSame: true });
    expect(unknown.inputs.find(({ input }) => input === 'sandbox runtime')?.state).toBe('unknown');
  });

  test('names a strategy and parameters that are not those of the result', async () => {
    const { id } = await replayed.runOf('smaCross.strategy.ts', { input: { params: { fast: 9 } } });
    const edited = (from: RegExp, to: string) =>
      verifiedWith(id, {}, (bytes) => {
        const text = new TextDecoder().decode(bytes);
        return text.startsWith('{"manifest"') ? new TextEncoder().encode(text.replace(from, to)) : bytes;
      });
    const other = await edited(/"codeHash":"\w+"/, `"codeHash":"${'0'.repeat(64)}"`);
    expect(other.isSame).toBe(false);
    expect(changedInputs(other)).toContainEqual(['strategy', 'changed']);
    expect(changedInputs(await edited(/"fast":9/, '"fast":8'))).toContainEqual(['parameters', 'changed']);
  });

  test.each<[string, string, string[]]>([
    ['evidence', `UPDATE artefacts SET content = x'00' WHERE length(content) = 1200 * 8`, ['artefacts']],
    [
      'a fact of the run',
      `UPDATE events SET data = replace(data, '0.002', '0.001')`,
      ['settings', 'journal of the run'],
    ],
    ['a Sharpe ratio in the ledger', 'UPDATE trials SET sharpe = 9', ['ledger of trials']],
    [
      'trials that were taken away',
      'DELETE FROM trials; DELETE FROM evaluations',
      ['ledger of trials', 'trials'],
    ],
  ])('names what was forged in the journal: %s', async (what, statements, expected) => {
    const own = await replayed.openLab(join(replayed.folder, what));
    await own.candles.save(market);
    const { id } = await replayed.runOf('smaCross.strategy.ts', { of: own });
    const database = new DatabaseSync(join(own.folder, 'journal.sqlite'));
    for (const { name } of database.prepare(`SELECT name FROM sqlite_schema WHERE type = 'trigger'`).all()) {
      database.exec(`DROP TRIGGER ${String(name)}`);
    }
    database.exec(statements);
    database.close();
    const report = await own.verify(id);
    expect(report.isSame).toBe(false);
    expect(changedInputs(report).map(([input]) => input)).toEqual(expected);
    await own.close();
  });
});
