import { createHash } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import {
  type Candles,
  type CandlesMeta,
  candlesMetaSchema,
  type QualityReport,
  qualityReportSchema,
  type SourceFile,
  sourceFileSchema,
} from '../../contracts/candles.ts';
import { LabError } from '../../contracts/errors.ts';
import type { Timeframe } from '../../contracts/timeframes.ts';
import { venueFactsSchema } from '../../contracts/venueFacts.ts';
import { candlesMeta } from '../candles.ts';
import { checkImportOptions, type ImportOptions, importRules, parseCandles } from '../import/import.ts';
import type { Imported } from '../import/series.ts';
import type { Source } from '../import/source.ts';
import { readSources } from '../import/sources.ts';
import { encodeCandles } from './arrow.ts';
import { isAbsent, readIfPresent, writeAtomically } from './files.ts';
import { loadCandles } from './load.ts';

/** What stands beside a stored set; one that was made from another or by the lab has no report. */
export const dataSetSchema = z.object({
  meta: candlesMetaSchema,
  bars: z.number().int().positive(),
  firstTime: z.number(),
  lastTime: z.number(),
  report: qualityReportSchema.nullable(),
  /** What the venue demands of orders, where it was asked. */
  venueFacts: venueFactsSchema.nullable().default(null),
  /** The files that it was read or made from; empty for none. Null in what earlier versions stored. */
  files: z.array(sourceFileSchema).nullable().default(null),
});
export type DataSet = z.infer<typeof dataSetSchema>;

/** What may be known of a set besides its candles. */
type SetFacts = Pick<DataSet, 'report' | 'venueFacts' | 'files'>;

/** An imported series with the files that it was read from. */
export interface ImportedSet extends Imported {
  readonly files: readonly SourceFile[];
}

/** Digits of the content hash in a file name; the description beside it holds the whole. */
const hashInName = 16;

/** What became of source files that were imported before. */
const importRecordSchema = z.object({ name: z.string(), report: qualityReportSchema });

/**
 * The lab's candles, one Arrow file and one JSON file a set, and under `sources/` one JSON file for each
 * imported file. A set is known by its content hash with its venue and symbol, since the same bars may be
 * stored under two symbols. Files are never changed, only replaced whole, so several processes may share
 * the folder.
 */
export class CandleStore {
  readonly #folder: string;
  /** What this process has at hand of the sets, by file name. */
  readonly #recent = new Map<string, WeakRef<Candles>>();

  constructor(folder: string) {
    this.#folder = folder;
  }

  /**
   * Imports files, or folders of them, as one series, or loads the stored candles when the same bytes were
   * imported before under the same names and options. Throws as `importCandles`; a refused file leaves the
   * store as it was.
   */
  async import(paths: string | readonly string[], options: ImportOptions): Promise<ImportedSet> {
    const checked = checkImportOptions(options);
    const sources = await readSources([paths].flat());
    const files = sources.map(({ path, bytes }) => ({ path, hash: sha256(bytes) }));
    const recordPath = join(this.#folder, 'sources', `${sourceKey(sources, files, checked)}.json`);
    const known = await this.#importedBefore(recordPath);
    if (known !== undefined && !mayBeOutOfDate(known.report)) {
      await this.#noteFiles(setName(known.candles), files);
      return { ...known, files };
    }
    const imported = await parseCandles(sources, checked);
    const { candles, report } = imported;
    const { meta } = await this.#write(candles, { report, venueFacts: null, files });
    await writeAtomically(recordPath, toJson({ name: setName(meta), report }));
    return { ...imported, files };
  }

  /** Stores candles that come from no file, such as synthetic ones, with what is known of them. */
  async save(
    candles: Candles,
    { report = null, venueFacts = null, files = [] }: Partial<SetFacts> = {},
  ): Promise<DataSet> {
    return this.#write(candles, { report, venueFacts, files });
  }

  /**
   * The set whose content hash begins with `start`.
   * @throws LabError `data.missing` for none, `usage` for several
   */
  async find(start: string): Promise<DataSet> {
    const sets = (await this.list()).filter(({ meta }) => meta.hash.startsWith(start));
    const [set] = sets;
    if (set !== undefined && sets.length === 1) return set;
    const names = sets.map(({ meta }) => `${meta.symbol} ${meta.timeframe} on ${meta.venue}`).join(', ');
    throw set === undefined
      ? new LabError('data.missing', `The lab holds no data whose hash begins with ${start}.`, {
          action: 'See strategy-lab data list.',
        })
      : new LabError('usage', `More than one set has a hash that begins with ${start}: ${names}.`, {
          action: 'Give more digits of the hash.',
        });
  }

  /**
   * Loads the candles with this content hash. Where they are stored under several symbols, `identity`
   * says which. Throws `data.missing`, `data.format` for a damaged file, or `usage` when several fit.
   */
  async load(hash: string, identity: { venue?: string; symbol?: string } = {}): Promise<Candles> {
    const sets = (await this.#sets(hash)).filter(
      ({ meta }) =>
        meta.hash === hash &&
        (identity.venue ?? meta.venue) === meta.venue &&
        (identity.symbol ?? meta.symbol) === meta.symbol,
    );
    const [set] = sets;
    if (set === undefined) {
      throw new LabError('data.missing', `The lab holds no candles with the hash ${hash}.`, {
        action: 'Import the file again.',
      });
    }
    if (sets.length > 1) {
      const names = sets.map(({ meta }) => `${meta.symbol} on ${meta.venue}`).join(', ');
      throw new LabError('usage', `The candles ${hash} are stored more than once: ${names}.`, {
        action: 'Name the venue and the symbol too.',
      });
    }
    return this.#read(setName(set.meta), set.meta.timeframe);
  }

  /**
   * As `load`, but without reading a file where this process still holds the set that it imported, saved or
   * loaded before: the bars are those that were checked then.
   * @throws LabError as `load`
   */
  async recall(
    hash: string,
    identity: { readonly venue: string; readonly symbol: string },
  ): Promise<Candles> {
    for (const reference of this.#recent.values()) {
      const candles = reference.deref();
      const { venue, symbol } = identity;
      if (candles?.hash === hash && candles.venue === venue && candles.symbol === symbol) return candles;
    }
    return this.load(hash, identity);
  }

  #remember(name: string, candles: Candles): void {
    for (const [known, reference] of this.#recent) {
      if (reference.deref() === undefined) this.#recent.delete(known);
    }
    this.#recent.set(name, new WeakRef(candles));
  }

  /** The stored sets, by symbol, timeframe and venue. Throws `data.format` when a description is damaged. */
  async list(): Promise<DataSet[]> {
    const order = ({ meta }: DataSet): string =>
      [meta.symbol, meta.timeframe, meta.venue, meta.hash].join('\n');
    return (await this.#sets('')).sort((a, b) => (order(a) < order(b) ? -1 : 1));
  }

  /** The sets whose name holds the hash that begins with `hash`; all for an empty one. */
  async #sets(hash: string): Promise<DataSet[]> {
    const files = new Set(await this.#fileNames());
    const part = hash.slice(0, hashInName);
    const names = [...files].filter(
      (file) => file.endsWith('.arrow') && file.includes(part) && files.has(sidecarOf(file)),
    );
    return Promise.all(
      names.map(async (name) => {
        const path = join(this.#folder, sidecarOf(name));
        return parseJson(dataSetSchema, await readIfPresent(path), path);
      }),
    );
  }

  async #importedBefore(recordPath: string): Promise<Imported | undefined> {
    try {
      const record = await readIfPresent(recordPath);
      if (record === undefined) return undefined;
      const { name, report } = parseJson(importRecordSchema, record, recordPath);
      return { candles: await this.#read(name, report.timeframe), report };
    } catch (error) {
      // The source is at hand: what is damaged or gone is imported anew.
      if (LabError.is(error, 'data.format') || LabError.is(error, 'data.missing')) return undefined;
      throw error;
    }
  }

  /** Writes down where the bytes of a stored set were read from this time. */
  async #noteFiles(name: string, files: SourceFile[]): Promise<void> {
    const path = join(this.#folder, sidecarOf(name));
    const set = parseJson(dataSetSchema, await readIfPresent(path), path);
    if (JSON.stringify(set.files) !== JSON.stringify(files))
      await writeAtomically(path, toJson({ ...set, files }));
  }

  /** The description is written last, so that a set which is listed is there. */
  async #write(candles: Candles, facts: SetFacts): Promise<DataSet> {
    const meta = candlesMeta(candles);
    const name = setName(meta);
    const set: DataSet = {
      meta,
      bars: candles.time.length,
      firstTime: candles.time.at(0) ?? 0,
      lastTime: candles.time.at(-1) ?? 0,
      ...facts,
    };
    await writeAtomically(join(this.#folder, name), await encodeCandles(candles));
    await writeAtomically(join(this.#folder, sidecarOf(name)), toJson(set));
    this.#remember(name, candles);
    return set;
  }

  async #read(name: string, timeframe: Timeframe): Promise<Candles> {
    const path = join(this.#folder, name);
    const candles = await loadCandles(path, timeframe);
    if (candles !== undefined) {
      this.#remember(name, candles);
      return candles;
    }
    throw new LabError('data.missing', `The stored candles ${path} are gone.`, {
      action: 'Import the file again.',
      place: { file: path },
    });
  }

  async #fileNames(): Promise<string[]> {
    try {
      return await readdir(this.#folder);
    } catch (error) {
      if (isAbsent(error)) return [];
      throw new LabError('data.missing', `The folder ${this.#folder} could not be read.`, {
        action: 'Check that you may read it.',
        cause: error,
      });
    }
  }
}

/** A last bar that had not ended at the import may have ended since. */
function mayBeOutOfDate(report: QualityReport): boolean {
  return report.problems.some((problem) => problem.kind === 'future-time');
}

/** Equal keys mean an equal outcome of the import: names and options decide about venue and symbol. */
function sourceKey(sources: readonly Source[], files: readonly SourceFile[], options: ImportOptions): string {
  const named = sources.map(({ name, isVerified }, index) => [name, files[index]?.hash, isVerified]);
  const { symbol = null, venue = null, timeframe = null } = options;
  return sha256(JSON.stringify([importRules, named, symbol, venue, timeframe]));
}

function sha256(content: Uint8Array | string): string {
  return createHash('sha256').update(content).digest('hex');
}

/** For people the symbol, for certainty the content hash and a hash of the rest that identifies a set. */
function setName(meta: CandlesMeta): string {
  const label = `${meta.venue}-${meta.symbol}-${meta.timeframe}`.replace(/[^A-Za-z0-9]+/g, '-').slice(0, 60);
  const identity = JSON.stringify([meta.venue, meta.symbol, meta.synthetic]);
  const suffix = sha256(identity).slice(0, 8);
  return `${label}-${meta.hash.slice(0, hashInName)}-${suffix}.arrow`;
}

function sidecarOf(name: string): string {
  return name.replace(/\.arrow$/, '.json');
}

function toJson(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

function parseJson<T>(schema: z.ZodType<T>, bytes: Uint8Array | undefined, path: string): T {
  try {
    return schema.parse(JSON.parse(new TextDecoder().decode(bytes)));
  } catch (cause) {
    throw new LabError('data.format', `The file ${path} is damaged.`, {
      action: 'Delete it and import the candles again.',
      place: { file: path },
      cause,
    });
  }
}
