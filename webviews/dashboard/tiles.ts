import type { DashboardSample, DashboardSnapshot, Tile } from '../../extension/contracts/dashboard.ts';
import { type Child, element } from '../shared/dom.ts';
import { makeSvg } from '../shared/svg.ts';
import { bytesText, countText, type DashboardSay, durationText } from './words.ts';

export type TilesView = Pick<DashboardSnapshot, 'tiles' | 'latencySteps' | 'history'>;

interface TileText {
  readonly name: string;
  readonly value: string;
  readonly aside?: string;
  readonly note: string;
  /** What changed, in words. */
  readonly change?: string | undefined;
  readonly line?: readonly (number | null)[];
}

type Write = (value: number | null, say: DashboardSay) => string;

/** The figures of the head. The uptime is the page's own: it goes on by itself. */
export function drawTiles(
  { tiles, latencySteps, history }: TilesView,
  uptime: HTMLElement,
  say: DashboardSay,
): Child[] {
  const lineOf = (key: Exclude<keyof DashboardSample, 'time'>) => history.map((sample) => sample[key]);
  const change = (tile: Tile, write: Write, against: 'changeMinute' | 'changeHour') =>
    changeText(tile, write, against, say);
  const { queueDepth, activeWorkers, latencyP95, throughput, apiLatency, dataLag, databaseBytes } = tiles;
  const texts: TileText[] = [
    {
      name: say('queueDepth'),
      value: countText(queueDepth.value, say),
      note: say('queueDepthNote'),
      change: change(queueDepth, countText, 'changeMinute'),
      line: lineOf('queueDepth'),
    },
    {
      name: say('activeWorkers'),
      value: countText(activeWorkers.value, say),
      aside: activeWorkers.total === null ? '' : say('activeWorkersOf', countText(activeWorkers.total, say)),
      note: '',
      change: change(activeWorkers, countText, 'changeMinute'),
      line: lineOf('activeWorkers'),
    },
    {
      name: say('latency'),
      value: durationText(latencyP95.value, say),
      note: say(latencyP95.value === null ? 'latencyTooFew' : 'latencyNote', latencySteps),
      change: change(latencyP95, durationText, 'changeHour'),
      line: lineOf('latencyP95'),
    },
    {
      name: say('throughput'),
      value: countText(throughput.value, say),
      note: say('throughputNote'),
      change: change(throughput, countText, 'changeHour'),
      line: lineOf('throughput'),
    },
    { name: say('apiLatency'), value: durationText(apiLatency.value, say), note: say('apiLatencyNote') },
    { name: say('dataLag'), value: durationText(dataLag.value, say), note: say('dataLagNote') },
    { name: say('database'), value: bytesText(databaseBytes.value, say), note: say('databaseNote') },
  ];
  return [
    ...texts.map((text) => tileOf(text, say)),
    frame(say('uptime'), uptime, [muted(say('uptimeNote'))]),
  ];
}

function tileOf({ name, value, aside = '', note, change, line }: TileText, say: DashboardSay): HTMLElement {
  const isThere = value !== say('notAvailable');
  const shown = element(
    'span',
    { class: isThere ? 'value' : 'value none' },
    value,
    aside === '' ? null : element('span', { class: 'aside' }, ` ${aside}`),
  );
  return frame(name, shown, [
    line === undefined ? null : sparkline(line),
    note === '' ? null : muted(note),
    change === undefined ? null : muted(change),
  ]);
}

function frame(name: string, value: HTMLElement, below: readonly Child[]): HTMLElement {
  return element('div', { class: 'tile' }, element('dt', {}, name), element('dd', {}, value, ...below));
}

function muted(text: string): HTMLElement {
  return element('span', { class: 'muted line' }, text);
}

/** A rise has its arrow and its sign: no colour says that more is better. */
function changeText(
  { change }: Tile,
  write: Write,
  against: 'changeMinute' | 'changeHour',
  say: DashboardSay,
): string | undefined {
  if (change === null) return undefined;
  if (change === 0) return say(against === 'changeMinute' ? 'sameMinute' : 'sameHour');
  return say(against, `${change > 0 ? '▲ +' : '▼ −'}${write(Math.abs(change), say)}`);
}

const [width, height] = [120, 24];
const edge = 1.5;

/** The line of a figure over the history: a picture beside the table of the same samples. */
function sparkline(values: readonly (number | null)[]): SVGSVGElement {
  const known = values.filter((value) => value !== null);
  const least = Math.min(0, ...known);
  const span = Math.max(...known, 1e-9) - least;
  const x = (index: number): number => (values.length < 2 ? width : (index / (values.length - 1)) * width);
  const y = (value: number): number => height - edge - ((value - least) / span) * (height - 2 * edge);
  let path = '';
  let isDrawing = false;
  for (const [index, value] of values.entries()) {
    if (value === null) isDrawing = false;
    else {
      path += `${isDrawing ? 'L' : 'M'}${x(index).toFixed(1)} ${y(value).toFixed(1)}`;
      isDrawing = true;
    }
  }
  return makeSvg(
    'svg',
    {
      class: 'sparkline',
      viewBox: `0 0 ${width} ${height}`,
      preserveAspectRatio: 'none',
      'aria-hidden': 'true',
    },
    makeSvg('path', { d: path, 'vector-effect': 'non-scaling-stroke' }),
  );
}
