import * as vscode from 'vscode';
import { formatNumber, formatTime } from '../../../webviews/shared/format.ts';
import type { DataSet } from '../../market/store/store.ts';
import type { LabHost } from '../labHost.ts';

/** The data sets of the lab with their quality. */
export class DataSetsView implements vscode.TreeDataProvider<DataSet>, vscode.Disposable {
  readonly #host: LabHost;
  readonly #changed = new vscode.EventEmitter<DataSet | undefined>();
  readonly #subscriptions: vscode.Disposable[];
  readonly onDidChangeTreeData = this.#changed.event;

  constructor(host: LabHost) {
    this.#host = host;
    this.#subscriptions = [host.onDidChangeData(() => this.#changed.fire(undefined)), this.#changed];
  }

  async getChildren(parent?: DataSet): Promise<DataSet[]> {
    if (parent !== undefined || !this.#host.isThere) return [];
    return (await this.#host.lab()).candles.list();
  }

  getTreeItem(set: DataSet): vscode.TreeItem {
    const { meta, bars, report } = set;
    const item = new vscode.TreeItem(dataSetTitle(set));
    const problems = report?.problems.filter(({ severity }) => severity !== 'info') ?? [];
    const quality = qualityText(set);
    item.id = `${meta.venue} ${meta.symbol} ${meta.hash}`;
    item.description = `${formatNumber(bars, 0)} · ${rangeText(set)} · ${quality}`;
    item.tooltip = `${dataSetTitle(set)}, ${meta.venue}\n${item.description}\n${meta.hash}`;
    item.iconPath = new vscode.ThemeIcon(
      meta.synthetic ? 'wand' : problems.length === 0 ? 'database' : 'warning',
      problems.length === 0 ? undefined : new vscode.ThemeColor('list.warningForeground'),
    );
    item.contextValue = report === null ? 'generated' : 'dataSet';
    item.accessibilityInformation = { label: `${dataSetTitle(set)}, ${item.description}` };
    if (report !== null) {
      item.command = {
        command: 'strategyLab.showDataQuality',
        title: vscode.l10n.t('Show Data Quality'),
        arguments: [set],
      };
    }
    return item;
  }

  dispose(): void {
    for (const subscription of this.#subscriptions) subscription.dispose();
  }
}

/** False for what a run has cut out of another set, or made of its candles. */
export function isWhole({ meta, report }: DataSet): boolean {
  return meta.synthetic || report !== null;
}

export function dataSetTitle({ meta }: DataSet): string {
  return `${meta.symbol} ${meta.timeframe}`;
}

export function rangeText({ firstTime, lastTime }: DataSet): string {
  const day = (time: number): string => formatTime(time).slice(0, 10);
  return vscode.l10n.t('{0} to {1}', day(firstTime), day(lastTime));
}

export function qualityText({ meta, report }: DataSet): string {
  if (meta.synthetic) return vscode.l10n.t('synthetic');
  if (report === null) return vscode.l10n.t('made from another set');
  const problems = report.problems.filter(({ severity }) => severity !== 'info').length;
  return problems === 0 ? vscode.l10n.t('no problems') : vscode.l10n.t('{0} kinds of problem', problems);
}
