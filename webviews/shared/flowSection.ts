import { Chart, LinearScale } from 'chart.js';
import { Flow, SankeyController } from 'chartjs-chart-sankey';
import type { FlowModel } from '../../extension/contracts/sagaPanel.ts';
import { readColours } from './colours.ts';
import { element } from './dom.ts';
import { formatNumber, formatPercent } from './format.ts';
import type { Say } from './texts.ts';

Chart.register(SankeyController, Flow, LinearScale);

/** The heads of the table. */
type FlowTexts = Readonly<Record<'flowFrom' | 'flowTo' | 'flowCount' | 'flowShare', string>>;

/** A flow as a picture, and beside it as the table of its counts. */
export class FlowSection {
  readonly place: HTMLElement;
  readonly #chart: Chart<'sankey'>;
  readonly #flow: FlowModel;

  constructor(flow: FlowModel, say: Say<FlowTexts>) {
    this.#flow = flow;
    const canvas = element('canvas', { role: 'img', 'aria-label': flow.summary });
    const labels = new Map(flow.nodes.map(({ id, label }) => [id, label]));
    const total = flow.flows
      .filter(({ from }) => from === 'source')
      .reduce((sum, { count }) => sum + count, 0);
    const head = element(
      'tr',
      {},
      element('th', { scope: 'col' }, say('flowFrom')),
      element('th', { scope: 'col' }, say('flowTo')),
      element('th', { scope: 'col', class: 'number' }, say('flowCount')),
      element('th', { scope: 'col', class: 'number' }, say('flowShare')),
    );
    const rows = flow.flows.map(({ from, to, count }) =>
      element(
        'tr',
        {},
        element('td', {}, labels.get(from) ?? from),
        element('td', {}, labels.get(to) ?? to),
        element('td', { class: 'number' }, formatNumber(count, 0)),
        element('td', { class: 'number' }, formatPercent(count / total, 0)),
      ),
    );
    this.place = element(
      'div',
      { class: 'flow' },
      element('p', {}, flow.summary),
      element(
        'div',
        { class: 'flow-parts' },
        element('div', { class: 'flow-picture' }, canvas),
        element(
          'table',
          { 'aria-label': flow.title },
          element('thead', {}, head),
          element('tbody', {}, ...rows),
        ),
      ),
    );
    this.#chart = this.#draw(canvas);
  }

  /** Draws it in the colours of the theme now in force. */
  paint(): void {
    const [dataset] = this.#chart.data.datasets;
    if (dataset !== undefined) Object.assign(dataset, this.#colours());
    this.#chart.update('none');
  }

  dispose(): void {
    this.#chart.destroy();
  }

  #draw(canvas: HTMLCanvasElement): Chart<'sankey'> {
    const { nodes, flows } = this.#flow;
    Chart.defaults.font.family = getComputedStyle(document.body).fontFamily;
    return new Chart(canvas, {
      type: 'sankey',
      data: {
        datasets: [
          {
            data: flows.map(({ from, to, count }) => ({ from, to, flow: count })),
            labels: Object.fromEntries(nodes.map(({ id, label }) => [id, label])),
            parsing: { from: 'from', to: 'to', flow: 'flow' },
            nodeWidth: 8,
            nodePadding: 22,
            colorMode: 'to',
            alpha: 0.35,
            borderWidth: 0,
            ...this.#colours(),
          },
        ],
      },
      options: {
        animation: false,
        events: [],
        maintainAspectRatio: false,
        layout: { padding: { top: 6, bottom: 6 } },
        plugins: { legend: { display: false }, tooltip: { enabled: false } },
      },
    });
  }

  #colours() {
    const { ink, muted, gain, equity } = readColours();
    const [kept, source, dropped] = [gain, equity, muted].map(rgbOf);
    const fates = new Map(this.#flow.nodes.map(({ id, fate }) => [id, fate]));
    const colourOf = (id: string): string => {
      const fate = fates.get(id);
      return (fate === 'kept' ? kept : fate === 'source' ? source : dropped) ?? muted;
    };
    return {
      color: ink,
      colorFrom: ({ raw }: { raw: unknown }) => colourOf((raw as { from: string }).from),
      colorTo: ({ raw }: { raw: unknown }) => colourOf((raw as { to: string }).to),
    };
  }
}

/** `color(srgb 0.2 0.4 0.6)`, as mixed colours are resolved, in the form that the diagram takes apart. */
function rgbOf(colour: string): string {
  const parts = /^color\(srgb ([\d.e-]+) ([\d.e-]+) ([\d.e-]+)/.exec(colour)?.slice(1);
  return parts === undefined
    ? colour
    : `rgb(${parts.map((part) => Math.round(Number(part) * 255)).join(', ')})`;
}
