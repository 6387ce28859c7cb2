import { join } from 'node:path';
import { LabError } from '../../contracts/errors.ts';
import { type FundingSeries, storedFundingSchema } from '../../contracts/funding.ts';
import { readIfPresent, writeAtomically } from '../store/files.ts';
import { makeFunding } from './series.ts';

/** The lab's recorded funding, one JSON file a series under its content hash. */
export class FundingStore {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  async save({ hash, time, rate }: FundingSeries): Promise<void> {
    const stored = { hash, time: [...time], rate: [...rate] };
    await writeAtomically(this.#pathOf(hash), `${JSON.stringify(stored)}\n`);
  }

  /** @throws LabError `data.missing`, or `data.format` where the file no longer holds what was stored */
  async load(hash: string): Promise<FundingSeries> {
    const path = this.#pathOf(hash);
    const bytes = await readIfPresent(path);
    if (bytes === undefined) {
      throw new LabError('data.missing', `The lab holds no funding with the hash ${hash}.`, {
        action: 'Backtest with the same file of rates again.',
      });
    }
    const stored = parse(bytes);
    if (stored?.hash === hash) return stored;
    throw new LabError('data.format', `The file ${path} is damaged.`, {
      action: 'Delete it and backtest with the same file of rates again.',
      place: { file: path },
    });
  }

  #pathOf(hash: string): string {
    return join(this.#folder, `${hash}.json`);
  }
}

function parse(bytes: Uint8Array): FundingSeries | undefined {
  try {
    const { time, rate } = storedFundingSchema.parse(JSON.parse(new TextDecoder().decode(bytes)));
    return time.length === rate.length
      ? makeFunding(Float64Array.from(time), Float64Array.from(rate))
      : undefined;
  } catch {
    return undefined;
  }
}
