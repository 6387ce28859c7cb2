import * as z from 'zod';
import { engineVersion } from '../backtest/rules.ts';
import type { RunSettings } from '../contracts/backtest.ts';
import type { RunCandles } from '../contracts/candles.ts';
import type { StrategySource } from '../contracts/strategyLanguage.ts';
import { canonicalJson } from '../storage/canonicalJson.ts';
import type { OutputFolder } from '../storage/outputFolder.ts';
import { sha256 } from './backtestResult.ts';
import { dataHashOf } from './recordTrials.ts';

const fileSchema = z.object({ about: z.string(), parts: z.record(z.string(), z.unknown()) });

/** The finished parts of a long piece of work, on disk, so that a killed one goes on where it was. */
export interface KeptWork<Part> {
  find(name: string): Part | undefined;
  keep(name: string, part: Part): Promise<void>;
}

/** What a step works on for long, named by its key, which begins with the id of its run. */
export interface WorkPlace {
  readonly folder: OutputFolder;
  readonly key: string;
}

/** What every part of work on a strategy depends on, whatever else it is about. */
export function basisOf({
  source,
  candles,
  settings,
}: {
  readonly source: StrategySource;
  readonly candles: RunCandles;
  readonly settings: RunSettings;
}) {
  return { engine: engineVersion, source: sha256(source.text), data: dataHashOf(candles), settings };
}

function fileOf(key: string): string {
  return `work-${key.replaceAll('/', '-')}`;
}

/** Removes what the steps of a run have kept to go on after a kill, once they are on record. */
export function forgetWork(folder: OutputFolder, runId: string): Promise<void> {
  return folder.removeAll(fileOf(`${runId}/`));
}

/**
 * Opens what earlier attempts have finished; nothing where it was about other work or is damaged.
 * @param about everything that the parts depend on
 */
export async function openKeptWork<Part>(
  { folder, key }: WorkPlace,
  about: unknown,
  schema: z.ZodType<Part>,
): Promise<KeptWork<Part>> {
  const file = `${fileOf(key)}.json`;
  // The same work may come with its fields in another order, from memory or from the journal.
  const work = canonicalJson(about);
  const parts = new Map<string, Part>();
  for (const [name, kept] of Object.entries(readParts(await folder.read(file), work))) {
    const part = schema.safeParse(kept);
    if (part.success) parts.set(name, part.data);
  }
  // One write at a time: an older content must not come last.
  let written = Promise.resolve();
  return {
    find: (name) => parts.get(name),
    keep(name, part) {
      parts.set(name, part);
      written = written.then(() =>
        folder.write(file, JSON.stringify({ about: work, parts: Object.fromEntries(parts) })),
      );
      return written;
    },
  };
}

function readParts(text: string | undefined, work: string): Record<string, unknown> {
  if (text === undefined) return {};
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return {};
  }
  const file = fileSchema.safeParse(value);
  return file.success && file.data.about === work ? file.data.parts : {};
}
