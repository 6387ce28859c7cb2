import { setTimeout as wait } from 'node:timers/promises';
import { formatCompact, formatNumber, formatTime } from '../../webviews/shared/format.ts';
import { LabError } from '../contracts/errors.ts';
import { type Timeframe, timeframeMilliseconds } from '../contracts/timeframes.ts';
import type { Lab } from '../lab.ts';
import { inRealTime, type StepCommand, stepByStep } from '../market/replay/pace.ts';
import { type RecordedBar, recordedBars } from '../market/replay/recordedBars.ts';
import type { RerunReport } from '../pipelines/replay/rerun.ts';
import { visibleLine } from '../reports/visible.ts';
import { parseEnd, parseNumber, parseTime } from './options.ts';
import { barLines } from './replayLines.ts';
import type { Terminal } from './terminal.ts';

export const replayModes = ['fast', 'step', 'real-time'] as const;

export interface ReplayOptions {
  readonly mode: string;
  readonly speed?: string;
  readonly from?: string;
  readonly to?: string;
}

/** Replays a run: runs it again and compares, or walks through its record. True when it went to the end, the same. */
export async function replayCommand(
  lab: Lab,
  terminal: Terminal,
  id: string,
  options: ReplayOptions,
  { signal, lines }: { readonly signal: AbortSignal; readonly lines: () => AsyncIterator<string> },
): Promise<boolean> {
  const walk = parseWalk(options);
  if (walk.mode === 'fast') return fastReplay(lab, terminal, id, signal);
  const evidence = await lab.evidence(id);
  const bars = recordedBars(evidence, walk.from, walk.to);
  const name = visibleLine(evidence.result.manifest.strategy.name);
  terminal.say(`Run ${id}: ${name}, as it was recorded. Times are UTC.`);
  const { total, first } = evidence.result.rejections;
  if (total > first.length)
    terminal.say(`Of ${total} refused orders the record has the first ${first.length}.`);
  if (walk.mode === 'real-time') terminal.note(paceText(evidence.result.manifest.data.timeframe, walk.speed));
  const shown =
    walk.mode === 'step'
      ? stepByStep(bars, commandReader(terminal, lines), isEventful)
      : inRealTime(bars, {
          speed: walk.speed,
          signal,
          clock: {
            now: lab.clock,
            wait: (milliseconds, stop) => wait(milliseconds, undefined, { signal: stop }),
          },
        });
  return show(terminal, id, walk.mode, shown, signal);
}

function paceText(timeframe: Timeframe, speed: number): string {
  const seconds = formatCompact(timeframeMilliseconds[timeframe] / 1000 / speed);
  return `A bar of ${timeframe} comes every ${seconds} s; --speed makes it sooner.`;
}

function parseWalk({ mode: name, speed, from, to }: ReplayOptions) {
  const mode = replayModes.find((known) => known === name);
  if (mode === undefined) {
    throw new LabError('usage', `--mode knows no "${name}".`, {
      action: `Choose one of ${replayModes.join(', ')}.`,
    });
  }
  if (mode !== 'real-time' && speed !== undefined) {
    throw new LabError('usage', '--speed is for --mode real-time.', {
      action: 'Leave it out, or name that mode.',
    });
  }
  if (mode === 'fast' && (from !== undefined || to !== undefined)) {
    throw new LabError(
      'usage',
      '--from and --to are for --mode step and real-time: a run is compared whole.',
      {
        action: 'Leave them out, or name one of these modes.',
      },
    );
  }
  const factor = speed === undefined ? 1 : parseNumber(speed, '--speed');
  if (!(factor > 0)) {
    throw new LabError('usage', `--speed takes a number above 0, was "${speed}".`, {
      action: 'Give for example 3600, at which an hour passes in a second.',
    });
  }
  return { mode, speed: factor, from: parseTime(from, '--from'), to: parseEnd(to, '--to') };
}

async function fastReplay(lab: Lab, terminal: Terminal, id: string, signal: AbortSignal): Promise<boolean> {
  const report = await lab.rerun(id, {
    signal,
    progress: (fraction, text) => terminal.progress('replay', fraction, text),
  });
  terminal.document({ mode: 'fast', ...report });
  for (const line of rerunLines(report)) terminal.say(visibleLine(line));
  return report.isIdentical;
}

function rerunLines({ run, isIdentical, bytes, build, difference, trade, equity }: RerunReport): string[] {
  if (isIdentical) {
    return [
      `Run ${run}: identical. All ${formatNumber(bytes, 0)} bytes of the result and the equity came out again.`,
    ];
  }
  const text = (what: string, { recorded, now }: { recorded: string; now: string }) =>
    `${what}: recorded ${recorded}, now ${now}`;
  const at = (time: number | null) => (time === null ? '' : ` (${formatTime(time)} UTC)`);
  const outcome = [
    ...(difference === null ? [] : [text(`First difference at ${difference.path}`, difference)]),
    ...(trade === null
      ? []
      : [text(`First other trade: ${trade.number}${at(trade.entryTime)}, ${trade.path}`, trade)]),
    ...(equity === null
      ? []
      : [text(`First bar with another equity: ${equity.bar}${at(equity.time)}`, equity)]),
  ];
  const rest =
    build.length > 0
      ? 'Everything else is the same: orders, fills, equity and figures.'
      : 'Every value is the same; they stand in another order.';
  return [
    `Run ${run}: different.`,
    ...build.map((part) => text(`Not the program or sandbox of the run: ${part.path}`, part)),
    ...(outcome.length > 0 ? outcome : [rest]),
  ];
}

function isEventful({ fills, rejections }: RecordedBar): boolean {
  return fills.length > 0 || rejections.length > 0;
}

const commands: Readonly<Record<string, StepCommand>> = { '': 'next', n: 'next', e: 'event', q: 'quit' };
const commandHelp = 'Enter: the next bar. e: the next with a fill or a refused order. q: stop.';

/** Asks the person after each bar; the end of the input stops. */
function commandReader(terminal: Terminal, lines: () => AsyncIterator<string>): () => Promise<StepCommand> {
  let entered: AsyncIterator<string> | undefined;
  return async () => {
    if (entered === undefined) terminal.note(commandHelp);
    entered ??= lines();
    for (;;) {
      const { done, value } = await entered.next();
      if (done === true) return 'quit';
      const command = commands[value.trim().toLowerCase()];
      if (command !== undefined) return command;
      terminal.note(commandHelp);
    }
  };
}

/** Shows bars as they come; true when the last one was the end of the range. */
async function show(
  terminal: Terminal,
  id: string,
  mode: string,
  bars: AsyncIterable<RecordedBar>,
  signal: AbortSignal,
): Promise<boolean> {
  const events: RecordedBar[] = [];
  let count = 0;
  let last: RecordedBar | null = null;
  try {
    for await (const bar of bars) {
      count += 1;
      last = bar;
      if (isEventful(bar)) events.push(bar);
      for (const line of barLines(bar)) terminal.say(line);
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  }
  terminal.document({ run: id, mode, bars: count, events, last });
  if (last === null) terminal.say('The run has no bar in this range.');
  return !signal.aborted && last !== null;
}
