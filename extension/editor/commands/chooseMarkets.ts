import * as vscode from 'vscode';
import { canDecideInside, canJoin } from '../../market/companions.ts';
import type { DataSet } from '../../market/store/store.ts';
import { dataSetTitle, isWhole, qualityText, rangeText } from '../views/dataSetsView.ts';

/** The sets of candles of one run. */
export interface RunSets {
  readonly main: DataSet;
  /** Finer bars of the main market. */
  readonly finer?: DataSet;
  /** Those of the other markets, in their order. */
  readonly others: readonly DataSet[];
}

interface SetItem extends vscode.QuickPickItem {
  readonly set: DataSet | undefined;
}

/**
 * Asks which further markets a strategy trades, and for finer bars of the main one, each where the lab has
 * sets that fit. Undefined when the person left.
 */
export async function askMarkets(
  main: DataSet,
  sets: readonly DataSet[],
  title: string,
): Promise<RunSets | undefined> {
  const joining = sets.filter((set) => isWhole(set) && canJoin(main, set));
  let others: readonly DataSet[] = [];
  if (joining.length > 0) {
    const picked = await vscode.window.showQuickPick(joining.map(itemOf), {
      ignoreFocusOut: true,
      canPickMany: true,
      title,
      placeHolder: vscode.l10n.t(
        'Further markets of the strategy besides {0}; none as a rule',
        dataSetTitle(main),
      ),
      matchOnDescription: true,
    });
    if (picked === undefined) return undefined;
    others = picked.flatMap(({ set }) => set ?? []);
  }
  const inside = sets.filter((set) => isWhole(set) && canDecideInside(main, set));
  if (inside.length === 0) return { main, others };
  const none: SetItem = {
    label: vscode.l10n.t('No finer bars'),
    detail: vscode.l10n.t('Where a bar touches stop and target, the stop is taken.'),
    set: undefined,
  };
  const picked = await vscode.window.showQuickPick([none, ...inside.map(itemOf)], {
    ignoreFocusOut: true,
    title,
    placeHolder: vscode.l10n.t(
      'Finer bars that decide what happens inside the bars of {0}',
      dataSetTitle(main),
    ),
    matchOnDescription: true,
  });
  if (picked === undefined) return undefined;
  return picked.set === undefined ? { main, others } : { main, others, finer: picked.set };
}

function itemOf(set: DataSet): SetItem {
  return {
    label: dataSetTitle(set),
    description: set.meta.venue,
    detail: `${rangeText(set)} · ${qualityText(set)}`,
    set,
  };
}

/** The sets of a run in a few words: `BTC/USDT 1h + ETH/USDT`. */
export function runSetsTitle({ main, others }: RunSets): string {
  return [dataSetTitle(main), ...others.map(({ meta }) => meta.symbol)].join(' + ');
}

/** One line a set, each with what it is for. */
export function runSetsTooltip({ main, others, finer }: RunSets): string {
  const lines = [
    vscode.l10n.t('The candles that this strategy is tested on'),
    `${dataSetTitle(main)}, ${main.meta.venue}`,
  ];
  for (const set of others) {
    lines.push(vscode.l10n.t('Further market: {0}', `${dataSetTitle(set)}, ${set.meta.venue}`));
  }
  if (finer !== undefined) lines.push(vscode.l10n.t('Finer bars inside: {0}', finer.meta.timeframe));
  return lines.join('\n');
}
