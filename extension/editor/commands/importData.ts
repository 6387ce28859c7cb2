import { basename } from 'node:path';
import * as vscode from 'vscode';
import { formatNumber } from '../../../webviews/shared/format.ts';
import { LabError } from '../../contracts/errors.ts';
import { type Timeframe, timeframeMilliseconds } from '../../contracts/timeframes.ts';
import type { ImportOptions } from '../../market/import/import.ts';
import type { DataSet } from '../../market/store/store.ts';
import type { LabHost } from '../labHost.ts';
import type { Log } from '../log.ts';
import { showError } from '../log.ts';
import { dataSetTitle, qualityText } from '../views/dataSetsView.ts';

export interface ImportServices {
  readonly host: LabHost;
  readonly log: Log;
  readonly clock: () => number;
  readonly showQuality: (set: DataSet) => Promise<void>;
}

/**
 * Imports a file of candles, or a folder of them; asks for files where none is given, which together are one
 * series. Undefined when nothing was imported.
 */
export async function importData(services: ImportServices, file?: vscode.Uri): Promise<DataSet | undefined> {
  const sources = file === undefined ? await askForFiles() : [file];
  const [first] = sources;
  if (first === undefined) return undefined;
  try {
    return await importFiles(services, sources, {});
  } catch (error) {
    if (!isAboutIdentity(error)) throw error;
    services.log.error(`The import of ${first.fsPath} needs to know more`, error);
    const details = await askForDetails(error.message);
    return details === undefined ? undefined : importFiles(services, sources, details);
  }
}

type Details = Pick<ImportOptions, 'symbol' | 'venue' | 'timeframe'>;

async function importFiles(
  { host, log, clock, showQuality }: ImportServices,
  sources: readonly vscode.Uri[],
  details: Details,
): Promise<DataSet | undefined> {
  const { candles } = await host.lab();
  const set = await vscode.window.withProgress(
    {
      location: { viewId: 'strategyLab.data' },
      title: vscode.l10n.t('Importing {0}', sources.map(({ fsPath }) => basename(fsPath)).join(', ')),
    },
    async () => {
      const paths = sources.map(({ fsPath }) => fsPath);
      const imported = await candles.import(paths, { now: clock(), ...details });
      return (await candles.list()).find(
        ({ meta }) => meta.hash === imported.candles.hash && meta.symbol === imported.candles.symbol,
      );
    },
  );
  host.dataChanged();
  if (set !== undefined)
    void tellImported(set, showQuality).catch((error: unknown) => showError(log, 'Data quality', error));
  return set;
}

/** Says that a set is in the lab, and what is wrong with it. */
export async function tellImported(
  set: DataSet,
  showQuality: (set: DataSet) => Promise<void>,
): Promise<void> {
  const show = vscode.l10n.t('Show Data Quality');
  const text = vscode.l10n.t(
    'Imported {0} candles of {1}: {2}.',
    formatNumber(set.bars, 0),
    dataSetTitle(set),
    qualityText(set),
  );
  if ((await vscode.window.showInformationMessage(text, show)) === show) await showQuality(set);
}

async function askForFiles(): Promise<vscode.Uri[]> {
  const files = await vscode.window.showOpenDialog({
    canSelectMany: true,
    title: vscode.l10n.t('Import Data'),
    openLabel: vscode.l10n.t('Import'),
    filters: {
      [vscode.l10n.t('Candles')]: [
        'csv',
        'tsv',
        'txt',
        'json',
        'zip',
        'parquet',
        'feather',
        'arrow',
        'arrows',
        'ipc',
      ],
    },
  });
  return files ?? [];
}

/** True when the file was read but its symbol, venue or timeframe could not be told. */
function isAboutIdentity(error: unknown): error is LabError {
  return LabError.is(error) && /--(symbol|venue|timeframe)/.test(error.action ?? '');
}

async function askForDetails(problem: string): Promise<Details | undefined> {
  const symbol = await vscode.window.showInputBox({
    ignoreFocusOut: true,
    title: vscode.l10n.t('Symbol of the data'),
    prompt: problem,
    placeHolder: 'BTC/USDT',
    validateInput: (value) =>
      value === '' || /^[\p{L}\p{N}/:.^=_-]{1,64}$/u.test(value.trim())
        ? undefined
        : vscode.l10n.t('Letters, digits and / : . ^ = _ - only.'),
  });
  if (symbol === undefined) return undefined;
  const found = vscode.l10n.t('as found in the file');
  const timeframe = await vscode.window.showQuickPick([found, ...Object.keys(timeframeMilliseconds)], {
    ignoreFocusOut: true,
    title: vscode.l10n.t('Timeframe of the data'),
  });
  if (timeframe === undefined) return undefined;
  return {
    ...(symbol.trim() === '' ? {} : { symbol: symbol.trim() }),
    ...(timeframe === found ? {} : { timeframe: timeframe as Timeframe }),
  };
}
