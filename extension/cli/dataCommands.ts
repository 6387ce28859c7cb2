import type { QualityReport } from '../contracts/candles.ts';
import type { Lab } from '../lab.ts';
import { importCandles } from '../market/import/import.ts';
import { importOptions, type MarketOptions } from './market.ts';
import { formatTime, type Terminal, table } from './terminal.ts';

/** Looks at files of candles and says what is wrong with them; the lab stays as it is. */
export async function dataCheckCommand(
  clock: () => number,
  terminal: Terminal,
  files: readonly string[],
  options: MarketOptions,
): Promise<void> {
  const { report } = await importCandles(files, { now: clock(), ...importOptions(options) });
  terminal.document(report);
  presentReport(terminal, report);
}

/** Takes files of candles into the lab, as one series. */
export async function dataImportCommand(
  lab: Lab,
  terminal: Terminal,
  files: readonly string[],
  options: MarketOptions,
): Promise<void> {
  const { report } = await lab.candles.import(files, { now: lab.clock(), ...importOptions(options) });
  terminal.document(report);
  presentReport(terminal, report);
}

export async function dataListCommand(lab: Lab, terminal: Terminal): Promise<void> {
  const sets = await lab.candles.list();
  terminal.document({ sets });
  if (sets.length === 0) {
    terminal.say('No data yet. Import a file with: strategy-lab data import FILE');
    return;
  }
  const rows = sets.map(({ meta, bars, firstTime, lastTime, report }) => [
    meta.symbol,
    meta.venue,
    meta.timeframe,
    String(bars),
    formatTime(firstTime),
    formatTime(lastTime),
    report === null ? '-' : String(report.problems.length),
    meta.hash.slice(0, 12),
  ]);
  terminal.say(
    table(['symbol', 'venue', 'timeframe', 'bars', 'from (UTC)', 'to (UTC)', 'problems', 'hash'], rows),
  );
}

/** A quality report for people. */
export function presentReport(terminal: Terminal, report: QualityReport): void {
  const { firstTime, lastTime } = report;
  const range =
    firstTime === null || lastTime === null ? '' : `${formatTime(firstTime)} to ${formatTime(lastTime)} UTC`;
  terminal.say(`${report.file}: ${report.symbol} on ${report.venue}, ${report.timeframe}, ${range}`);
  terminal.say(`Format ${report.format}; time in ${report.timeUnit}.`);
  terminal.say(
    table(
      [
        'rows',
        'kept',
        'duplicates',
        'conflicting',
        'gaps',
        'missing bars',
        'bad bars',
        'jumps',
        'zero volume',
      ],
      [
        [
          report.rows,
          report.kept,
          report.duplicates,
          report.conflicting,
          report.gaps,
          report.missingBars,
          report.badBars,
          report.jumps,
          report.zeroVolume,
        ].map(String),
      ],
    ),
  );
  for (const { severity, message, examples } of report.problems) {
    const places = examples.map(({ file, line, time }) => {
      const where = time === undefined ? '' : formatTime(time);
      const row = line === undefined ? where : `line ${line}${where === '' ? '' : ` (${where})`}`;
      return file === undefined ? row : `${file}, ${row}`;
    });
    terminal.say(`${severity}: ${message}${places.length === 0 ? '' : ` First at ${places.join(', ')}.`}`);
  }
}
