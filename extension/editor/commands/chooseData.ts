import { basename } from 'node:path';
import * as vscode from 'vscode';
import * as z from 'zod';
import { formatNumber } from '../../../webviews/shared/format.ts';
import { LabError } from '../../contracts/errors.ts';
import { dataWarnings } from '../../market/dataWarnings.ts';
import { demoMarket } from '../../market/demoMarket.ts';
import type { DataSet } from '../../market/store/store.ts';
import type { DataReference } from '../../pipelines/generate/contracts.ts';
import { referenceTo } from '../../pipelines/referenceTo.ts';
import type { LabHost } from '../labHost.ts';
import { dataSetTitle, isWhole, qualityText, rangeText } from '../views/dataSetsView.ts';
import { askMarkets, type RunSets, runSetsTitle } from './chooseMarkets.ts';

const referenceSchema = z.object({ hash: z.string(), venue: z.string(), symbol: z.string() });
type Reference = z.infer<typeof referenceSchema>;

const rememberedSchema = referenceSchema.extend({
  finer: referenceSchema.optional(),
  others: z.array(referenceSchema).default([]),
});

/** Data of a run as a saga's input names it, with the warnings that belong on its results. */
export interface ChosenData {
  readonly input: {
    readonly data: DataReference & { readonly finer?: DataReference };
    readonly others?: readonly DataReference[];
    readonly dataWarnings: readonly string[];
  };
  readonly title: string;
}

export interface DataChoiceOptions {
  readonly host: LabHost;
  readonly memory: vscode.Memento;
  /** Imports a file that the person picks; undefined when none was. */
  readonly importFile: () => Promise<DataSet | undefined>;
}

interface SetItem extends vscode.QuickPickItem {
  readonly pick: DataSet | 'import' | 'synthetic';
}

/** Which data a strategy file is backtested on: asked once, then remembered for the file. */
export class DataChoice {
  readonly #options: DataChoiceOptions;

  constructor(options: DataChoiceOptions) {
    this.#options = options;
  }

  /** The sets remembered for the file, or the only one there is; undefined when they have to be asked for. */
  async known(file: vscode.Uri): Promise<RunSets | undefined> {
    const sets = await this.#sets();
    const remembered = rememberedSchema.safeParse(this.#options.memory.get(keyOf(file)));
    if (remembered.success) {
      const { finer, others, ...main } = remembered.data;
      const found = (wanted: Reference) => sets.find((set) => isSame(set, wanted));
      const mainSet = found(main);
      const otherSets = others.flatMap((other) => found(other) ?? []);
      const finerSet = finer && found(finer);
      // A market less would be another test: then all are asked for anew.
      const isWholeChoice =
        otherSets.length === others.length && (finer === undefined) === (finerSet === undefined);
      if (mainSet !== undefined && isWholeChoice) {
        return { main: mainSet, others: otherSets, ...(finerSet !== undefined && { finer: finerSet }) };
      }
    }
    const [only, ...more] = sets.filter(isWhole);
    return only !== undefined && more.length === 0 ? { main: only, others: [] } : undefined;
  }

  /** The known sets, else the one that the person picks; undefined when nothing was picked. */
  async forFile(file: vscode.Uri): Promise<ChosenData | undefined> {
    const known = await this.known(file);
    if (known !== undefined) return chosen(known);
    const set = await this.ask(file);
    return set === undefined ? undefined : chosen({ main: set, others: [] });
  }

  /** Asks for the set of a file, then for further markets and finer bars where there are any that fit. */
  async askAll(file: vscode.Uri): Promise<void> {
    const main = await this.ask(file);
    if (main === undefined) return;
    const title = vscode.l10n.t('Data for {0}', basename(file.fsPath));
    const sets = await askMarkets(main, await this.#sets(), title);
    if (sets !== undefined) await this.remember(file, sets);
  }

  /** Asks for a set and remembers it for the file, where one is given. */
  async ask(file?: vscode.Uri): Promise<DataSet | undefined> {
    const sets = await this.#sets();
    const items: SetItem[] = [
      ...sets.filter(isWhole).map((set) => ({
        label: dataSetTitle(set),
        description: `${set.meta.venue} · ${formatNumber(set.bars, 0)}`,
        detail: `${rangeText(set)} · ${qualityText(set)}`,
        pick: set,
      })),
      { label: `$(cloud-download) ${vscode.l10n.t('Import a file of candles …')}`, pick: 'import' },
      { label: `$(wand) ${vscode.l10n.t('A synthetic market, for a first walk')}`, pick: 'synthetic' },
    ];
    const picked = await vscode.window.showQuickPick(items, {
      ignoreFocusOut: true,
      title:
        file === undefined ? vscode.l10n.t('Data') : vscode.l10n.t('Data for {0}', basename(file.fsPath)),
      placeHolder: vscode.l10n.t('Which candles shall it be tested on?'),
      matchOnDescription: true,
    });
    if (picked === undefined) return undefined;
    const set = await this.take(picked.pick);
    if (set !== undefined && file !== undefined) await this.remember(file, { main: set, others: [] });
    return set;
  }

  async take(pick: DataSet | 'import' | 'synthetic'): Promise<DataSet | undefined> {
    if (pick === 'import') return this.#options.importFile();
    return pick === 'synthetic' ? addSyntheticMarket(this.#options.host) : pick;
  }

  async remember(file: vscode.Uri, { main, finer, others }: RunSets): Promise<void> {
    const remembered = rememberedSchema.parse({
      ...main.meta,
      ...(finer !== undefined && { finer: finer.meta }),
      others: others.map(({ meta }) => meta),
    });
    await this.#options.memory.update(keyOf(file), remembered);
  }

  async #sets(): Promise<DataSet[]> {
    const { host } = this.#options;
    return host.isThere ? (await host.lab()).candles.list() : [];
  }
}

export function chosen(sets: RunSets): ChosenData {
  const { main, finer, others } = sets;
  const isSeveral = others.length > 0;
  return {
    input: {
      data: { ...inputOf(main), ...(finer !== undefined && { finer: inputOf(finer) }) },
      ...(isSeveral && { others: others.map(inputOf) }),
      dataWarnings: [main, ...others].flatMap(({ meta, report }) =>
        (report === null ? [] : dataWarnings(report)).map((text) =>
          isSeveral ? `${meta.symbol}: ${text}` : text,
        ),
      ),
    },
    title: runSetsTitle(sets),
  };
}

function inputOf({ meta, files }: DataSet): DataReference {
  return referenceTo(meta, files);
}

/** Puts the synthetic market into the lab. */
export async function addSyntheticMarket(host: LabHost): Promise<DataSet> {
  const { candles } = await host.lab();
  const market = demoMarket();
  await candles.save(market);
  host.dataChanged();
  const set = (await candles.list()).find(({ meta }) => meta.hash === market.hash);
  if (set !== undefined) return set;
  throw new LabError('data.missing', vscode.l10n.t('The synthetic market was not kept.'), {
    action: vscode.l10n.t('Check that the disk has room.'),
  });
}

function isSame({ meta }: DataSet, { hash, venue, symbol }: Reference): boolean {
  return meta.hash === hash && meta.venue === venue && meta.symbol === symbol;
}

function keyOf(file: vscode.Uri): string {
  return `data of ${file.toString()}`;
}

/** Chooses the data of a strategy file: the given one, or the one in the active editor. */
export async function chooseDataCommand(
  { host, data }: { readonly host: LabHost; readonly data: DataChoice },
  file: vscode.Uri | undefined,
): Promise<void> {
  await host.lab();
  const { strategyDocument } = await import('./runStrategy.ts');
  await data.askAll((await strategyDocument(file)).uri);
  host.dataChanged();
}
