import * as vscode from 'vscode';
import type { LabHost } from '../labHost.ts';

const template = (
  name: string,
): string => `import { crossAbove, crossBelow, defineStrategy } from 'strategy-lab';

export default defineStrategy({
  name: '${name}',
  params: {
    fast: { type: 'integer', default: 10, min: 2, max: 100 },
    slow: { type: 'integer', default: 30, min: 5, max: 400 },
    stop: { type: 'number', default: 5, min: 0.5, max: 50, description: 'Stop loss in percent' },
  },
  setup({ params, indicators, plot }) {
    const fast = indicators.sma(params.fast);
    const slow = indicators.sma(params.slow);
    plot('fast', fast);
    plot('slow', slow);
    return { fast, slow };
  },
  next({ params, position, orders }, { fast, slow }) {
    if (position.isFlat && crossAbove(fast, slow)) {
      orders.buy({ percent: 100, stopLossPercent: params.stop });
    } else if (position.isLong && crossBelow(fast, slow)) {
      orders.close();
    }
  },
});
`;

/** Writes a strategy that runs as it stands, under a name that the person gives, and opens it. */
export async function newStrategyFile(host: LabHost): Promise<void> {
  const { strategyPath } = await host.lab();
  const name = await vscode.window.showInputBox({
    ignoreFocusOut: true,
    title: vscode.l10n.t('New Strategy File'),
    prompt: vscode.l10n.t('Name of the strategy; its file goes to the folder strategies.'),
    value: 'my-strategy',
    validateInput: async (text) => {
      if (!/^[A-Za-z][A-Za-z0-9_-]{0,60}$/.test(text)) {
        return vscode.l10n.t('Letters, digits, - and _, beginning with a letter.');
      }
      return (await exists(vscode.Uri.file(strategyPath(`${text}.strategy.ts`))))
        ? vscode.l10n.t('There is a file of this name already.')
        : undefined;
    },
  });
  if (name === undefined) return;
  const file = vscode.Uri.file(strategyPath(`${name}.strategy.ts`));
  await vscode.workspace.fs.writeFile(file, new TextEncoder().encode(template(name)));
  await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(file));
}

async function exists(file: vscode.Uri): Promise<boolean> {
  try {
    await vscode.workspace.fs.stat(file);
    return true;
  } catch {
    return false;
  }
}
