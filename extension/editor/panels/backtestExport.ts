import { setImmediate as breathe } from 'node:timers/promises';
import type { BacktestFromPanel } from '../../contracts/backtestPanel.ts';
import type { RunReportInput } from '../../contracts/report.ts';
import { orderEventList } from '../../reports/orderEvent.ts';
import { barsCsv, ordersCsv, tradesCsv } from '../../reports/panel/csv.ts';
import { pictureBytes } from '../../reports/panel/picture.ts';
import type { PreparedRun } from '../../reports/panel/preparedRun.ts';
import { reportInputOf } from '../../reports/panel/reportInput.ts';

export interface ExportedFile {
  /** Name that is proposed to the person. */
  readonly name: string;
  readonly content: Uint8Array;
}

type Wish = Extract<BacktestFromPanel, { type: 'export' | 'exportPicture' }>;

/** A run as a file of the wanted form. @throws LabError `usage` for a picture that is none */
export async function exportedFile(
  run: PreparedRun,
  wish: Wish,
  renderReport: (input: RunReportInput) => string | Promise<string>,
): Promise<ExportedFile> {
  const { id } = run.evidence.run;
  if (wish.type === 'exportPicture') {
    return { name: `${id}-charts.png`, content: pictureBytes(wish.picture) };
  }
  const encoder = new TextEncoder();
  switch (wish.format) {
    case 'trades':
      return { name: `${id}-trades.csv`, content: await collect(tradesCsv(run)) };
    case 'orders': {
      const { orders, result } = run.evidence;
      if (orders === null) throw new RangeError('the run kept no order events');
      const { data, others = [] } = result.manifest;
      const symbols = [data, ...others].map(({ symbol }) => symbol);
      return { name: `${id}-orders.csv`, content: await collect(ordersCsv(orderEventList(orders), symbols)) };
    }
    case 'bars':
      return { name: `${id}-bars.csv`, content: await collect(barsCsv(run)) };
    case 'json': {
      const text = `${JSON.stringify(run.evidence.result, null, 2)}\n`;
      return { name: `${id}.json`, content: encoder.encode(text) };
    }
    case 'html': {
      const page = await renderReport(reportInputOf(run.evidence));
      return { name: `${id}.html`, content: encoder.encode(page) };
    }
  }
}

/** The pieces as one, with a breath after each: a million rows shall not stop the editor's other work. */
async function collect(pieces: Iterable<string>): Promise<Uint8Array> {
  const encoder = new TextEncoder();
  const encoded: Uint8Array[] = [];
  for (const piece of pieces) {
    encoded.push(encoder.encode(piece));
    await breathe();
  }
  return Buffer.concat(encoded);
}
