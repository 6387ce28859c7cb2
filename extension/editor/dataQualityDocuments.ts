import * as vscode from 'vscode';
import { formatTime } from '../../webviews/shared/format.ts';
import type { QualityReport } from '../contracts/candles.ts';
import type { DataSet } from '../market/store/store.ts';

const scheme = 'strategy-lab-quality';

/** Shows the quality report of a data set as a read-only text. */
export class DataQualityDocuments implements vscode.TextDocumentContentProvider, vscode.Disposable {
  readonly #texts = new Map<string, string>();
  readonly #registration: vscode.Disposable;

  constructor() {
    this.#registration = vscode.workspace.registerTextDocumentContentProvider(scheme, this);
  }

  provideTextDocumentContent(uri: vscode.Uri): string {
    return this.#texts.get(uri.toString()) ?? vscode.l10n.t('Open it again from the Data view.');
  }

  async show({ meta, report }: DataSet): Promise<void> {
    const name = `${meta.symbol}-${meta.timeframe}`.replace(/[^A-Za-z0-9-]+/g, '-');
    const uri = vscode.Uri.from({ scheme, path: `/${name}-${meta.hash.slice(0, 12)}.md` });
    this.#texts.set(uri.toString(), report === null ? noReport() : qualityText(report));
    const document = await vscode.workspace.openTextDocument(uri);
    await vscode.window.showTextDocument(document, { preview: true });
  }

  dispose(): void {
    this.#registration.dispose();
  }
}

const noReport = (): string => vscode.l10n.t('This set was made by the lab and comes from no file.');

function qualityText(report: QualityReport): string {
  const { firstTime, lastTime } = report;
  const range =
    firstTime === null || lastTime === null ? '' : `${formatTime(firstTime)} – ${formatTime(lastTime)} UTC`;
  const counts: [string, number][] = [
    [vscode.l10n.t('rows'), report.rows],
    [vscode.l10n.t('kept'), report.kept],
    [vscode.l10n.t('duplicates'), report.duplicates],
    [vscode.l10n.t('conflicting duplicates'), report.conflicting],
    [vscode.l10n.t('gaps'), report.gaps],
    [vscode.l10n.t('missing bars'), report.missingBars],
    [vscode.l10n.t('impossible bars'), report.badBars],
    [vscode.l10n.t('jumps'), report.jumps],
    [vscode.l10n.t('bars without volume'), report.zeroVolume],
  ];
  const problems = report.problems.map(({ severity, message, examples }) => {
    const places = examples.map(({ file = '', line, time }) =>
      [
        file,
        line === undefined ? '' : vscode.l10n.t('line {0}', line),
        time === undefined ? '' : formatTime(time),
      ]
        .filter((part) => part !== '')
        .join(', '),
    );
    return `- ${severity}: ${message}${places.length === 0 ? '' : ` (${places.join('; ')})`}`;
  });
  return [
    `# ${report.symbol} ${report.timeframe}, ${report.venue}`,
    '',
    `${report.file}`,
    range,
    `${report.format}; ${report.timeUnit}`,
    '',
    ...counts.map(([name, count]) => `- ${name}: ${count}`),
    '',
    `## ${vscode.l10n.t('Problems')}`,
    '',
    ...(problems.length === 0 ? [vscode.l10n.t('None.')] : problems),
    '',
  ].join('\n');
}
