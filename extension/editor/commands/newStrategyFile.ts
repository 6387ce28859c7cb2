import * as vscode from 'vscode';
import type { LabHost } from '../labHost.ts';

const typeScriptTemplate = (
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

const pythonTemplate = (
  name: string,
): string => `from strategy_lab import Strategy, cross_above, cross_below, integer, number


class ${className(name)}(Strategy):
    name = '${name}'
    params = {
        'fast': integer(10, min=2, max=100),
        'slow': integer(30, min=5, max=400),
        'stop': number(5, min=0.5, max=50, description='Stop loss in percent'),
    }

    def setup(self, lab):
        self.fast = lab.indicators.sma(lab.params.fast)
        self.slow = lab.indicators.sma(lab.params.slow)
        lab.plot('fast', self.fast)
        lab.plot('slow', self.slow)

    def next(self, lab):
        if lab.position.is_flat and cross_above(self.fast, self.slow):
            lab.orders.buy(percent=100, stop_loss_percent=lab.params.stop)
        elif lab.position.is_long and cross_below(self.fast, self.slow):
            lab.orders.close()
`;

/** A class is named in one word, each part of it with a capital letter. */
function className(name: string): string {
  return name
    .split(/[-_]+/)
    .map((part) => part.slice(0, 1).toUpperCase() + part.slice(1))
    .join('');
}

const languageChoices = [
  { label: 'TypeScript', ending: 'ts', template: typeScriptTemplate },
  { label: 'Python', ending: 'py', template: pythonTemplate },
] as const;

/** Writes a strategy that runs as it stands, under a name that the person gives, and opens it. */
export async function newStrategyFile(host: LabHost): Promise<void> {
  const { strategyPath } = await host.lab();
  const choice = await vscode.window.showQuickPick(languageChoices, {
    ignoreFocusOut: true,
    title: vscode.l10n.t('New Strategy File'),
    placeHolder: vscode.l10n.t('Language of the strategy; Python runs in Docker alone.'),
  });
  if (choice === undefined) return;
  const fileOf = (name: string): vscode.Uri =>
    vscode.Uri.file(strategyPath(`${name}.strategy.${choice.ending}`));
  const name = await vscode.window.showInputBox({
    ignoreFocusOut: true,
    title: vscode.l10n.t('New Strategy File'),
    prompt: vscode.l10n.t('Name of the strategy; its file goes to the folder strategies.'),
    value: 'my-strategy',
    validateInput: async (text) => {
      if (!/^[A-Za-z][A-Za-z0-9_-]{0,60}$/.test(text)) {
        return vscode.l10n.t('Letters, digits, - and _, beginning with a letter.');
      }
      return (await exists(fileOf(text)))
        ? vscode.l10n.t('There is a file of this name already.')
        : undefined;
    },
  });
  if (name === undefined) return;
  const file = fileOf(name);
  await vscode.workspace.fs.writeFile(file, new TextEncoder().encode(choice.template(name)));
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
