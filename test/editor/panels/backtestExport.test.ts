import { deflateSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import {
  backtestFromPanelSchema,
  type ExportFormat,
  exportFormats,
} from '../../../extension/contracts/backtestPanel.ts';
import { LabError } from '../../../extension/contracts/errors.ts';
import { exportedFile } from '../../../extension/editor/panels/backtestExport.ts';
import { prepareRun } from '../../../extension/reports/panel/preparedRun.ts';
import { renderRunReport } from '../../../extension/reports/runReport.ts';
import { makeEvidence } from '../../reports/panel/evidence.ts';

const run = prepareRun(makeEvidence({ bars: 500 }));
const render = (input: Parameters<typeof renderRunReport>[0]) => renderRunReport(input, { script: '1;' });
const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
const wish = (format: ExportFormat) => ({
  type: 'export' as const,
  request: 1,
  format,
});

function png(width: number, height: number): string {
  const chunk = (name: string, data: Buffer) => {
    const head = Buffer.alloc(8);
    head.writeUInt32BE(data.length);
    head.write(name, 4, 'latin1');
    return Buffer.concat([head, data, Buffer.alloc(4)]);
  };
  const size = Buffer.alloc(13);
  size.writeUInt32BE(width);
  size.writeUInt32BE(height, 4);
  size.set([8, 6], 8);
  const bytes = Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    chunk('IHDR', size),
    chunk('IDAT', deflateSync(Buffer.alloc(4))),
    chunk('IEND', Buffer.alloc(0)),
  ]);
  return `data:image/png;base64,${bytes.toString('base64')}`;
}

const picture = (data: string) => ({ type: 'exportPicture' as const, request: 1, picture: data });

describe('a run as a file', () => {
  test('is named after the run and what it holds', async () => {
    const names = await Promise.all(
      exportFormats.map(async (format) => (await exportedFile(run, wish(format), render)).name),
    );
    expect(names).toEqual(['k3x9-trades.csv', 'k3x9-orders.csv', 'k3x9-bars.csv', 'k3x9.json', 'k3x9.html']);
  });

  test('as JSON is the result, all of it', async () => {
    const { content } = await exportedFile(run, wish('json'), render);
    expect(JSON.parse(text(content))).toEqual(run.evidence.result);
  });

  test('as CSV has a row a trade, a row an event of an order and a row a bar', async () => {
    const rows = async (format: ExportFormat) =>
      text((await exportedFile(run, wish(format), render)).content)
        .trimEnd()
        .split('\r\n').length - 1;
    expect(await rows('trades')).toBe(run.evidence.result.trades.length);
    expect(await rows('orders')).toBe(run.evidence.orders?.time.length);
    expect(await rows('bars')).toBe(500);
  });

  test('as a page is the report', async () => {
    const page = text((await exportedFile(run, wish('html'), render)).content);
    expect(page).toMatch(/^<!DOCTYPE html>[\s\S]*Moving-average cross[\s\S]*id="manifest"/);
  });

  test('as a picture is the PNG that the page drew, and nothing else', async () => {
    const data = png(800, 600);
    const { name, content } = await exportedFile(run, picture(data), render);
    expect(name).toBe('k3x9-charts.png');
    expect(`data:image/png;base64,${Buffer.from(content).toString('base64')}`).toBe(data);
    const script = `data:image/png;base64,${Buffer.from('<script>alert(1)</script>').toString('base64')}`;
    for (const other of [script, png(0, 10), png(20_000, 10), 'data:image/png;base64,']) {
      await expect(exportedFile(run, picture(other), render)).rejects.toSatisfy((error) =>
        LabError.is(error, 'usage'),
      );
    }
  });

  test('a page cannot hand over what is no data URL of a PNG, or one without bounds', () => {
    const takes = (data: string) => backtestFromPanelSchema.safeParse(picture(data)).success;
    expect(takes(png(8, 6))).toBe(true);
    expect(takes('data:image/svg+xml;base64,AAAA')).toBe(false);
    expect(takes('https://example.org/x.png')).toBe(false);
    expect(takes(`data:image/png;base64,${'A'.repeat(24_000_000)}`)).toBe(false);
  });
});
