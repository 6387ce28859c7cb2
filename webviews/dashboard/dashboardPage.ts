import type {
  DashboardFromPanel,
  DashboardSnapshot,
  DashboardToPanel,
} from '../../extension/contracts/dashboard.ts';
import { onThemeChange } from '../shared/colours.ts';
import { makeButton } from '../shared/controls.ts';
import { type Child, element } from '../shared/dom.ts';
import { FlowSection } from '../shared/flowSection.ts';
import { formatMoment } from '../shared/measures.ts';
import { Part } from '../shared/part.ts';
import {
  agentsTable,
  healthTable,
  historyTable,
  type SystemView,
  sagasTable,
  systemList,
  venuesTable,
} from './tables.ts';
import { drawTiles, type TilesView } from './tiles.ts';
import { type DashboardSay, elapsedText, healthTexts } from './words.ts';

export interface DashboardPageOptions {
  readonly place: HTMLElement;
  readonly say: DashboardSay;
  readonly post: (message: DashboardFromPanel) => void;
}

const tickMilliseconds = 1000;

/** The page: figures, the flow of the pipeline, and what stands behind them. Each part is drawn when it changed. */
export class DashboardPage {
  readonly #say: DashboardSay;
  readonly #place: HTMLElement;
  readonly #badge = element('span', { class: 'badge' });
  readonly #moment = element('span', { class: 'muted' });
  /** Tells changes of the health to screen readers; figures are not read out. */
  readonly #status = element('p', { class: 'unseen', role: 'status' });
  readonly #problem = element('section', { class: 'trouble', role: 'alert', hidden: true });
  /** Stands while somebody holds the queue back. */
  readonly #paused: HTMLElement;
  readonly #body = element('div', { class: 'body', hidden: true });
  readonly #loading: HTMLElement;
  readonly #uptime = element('span', { class: 'value' });
  readonly #parts: readonly ((snapshot: DashboardSnapshot) => void)[];
  readonly #flow: Part<DashboardSnapshot['flow']>;
  #flowSection: FlowSection | undefined;
  /** The host's clock less this page's, and when the lab was opened by it. */
  #clockLead = 0;
  #openedTime: number | undefined;

  constructor({ place, say, post }: DashboardPageOptions) {
    this.#say = say;
    this.#place = place;
    this.#loading = element('p', { class: 'loading muted', role: 'status' }, say('loading'));
    const tiles = new Part<TilesView>(element('dl', { class: 'tiles' }), (view) =>
      drawTiles(view, this.#uptime, say),
    );
    const sagas = new Part<DashboardSnapshot['sagas']>(element('div'), (value) => sagasTable(value, say));
    const health = new Part<DashboardSnapshot['health']['parts']>(element('div'), (value) =>
      healthTable(value, say),
    );
    const agents = new Part<DashboardSnapshot['agents']>(element('div'), (value) => agentsTable(value, say));
    const venues = new Part<DashboardSnapshot['venues']>(element('div'), (value) => venuesTable(value, say));
    const system = new Part<SystemView>(element('div'), (value) => systemList(value, say));
    const history = new Part<DashboardSnapshot['history']>(element('div', { class: 'wide' }), (value) =>
      historyTable(value, say),
    );
    this.#flow = new Part(element('div', { class: 'flows' }), (flow) => this.#drawFlow(flow));
    this.#parts = [
      ({ tiles: figures, latencySteps, history: samples }) =>
        tiles.show({ tiles: figures, latencySteps, history: samples }),
      (snapshot) => sagas.show(snapshot.sagas),
      (snapshot) => this.#flow.show(snapshot.flow),
      (snapshot) => health.show(snapshot.health.parts),
      (snapshot) => agents.show(snapshot.agents),
      (snapshot) => venues.show(snapshot.venues),
      (snapshot) => system.show({ sandbox: snapshot.sandbox, system: snapshot.system }),
      (snapshot) => history.show(snapshot.history),
    ];
    const button = (text: string, type: DashboardFromPanel['type']) =>
      makeButton({ text, onPress: () => post({ type }) });
    this.#paused = element(
      'section',
      { class: 'trouble paused', role: 'status', hidden: true },
      element('p', {}, say('queuePaused')),
      button(say('resumeQueue'), 'resumeQueue'),
    );
    this.#body.append(
      section('tiles', say('tilesTitle'), tiles.place, 'unseen'),
      section('flow', say('flowTitle'), this.#flow.place),
      element(
        'div',
        { class: 'columns' },
        section('sagas', say('sagasTitle'), sagas.place),
        section('system', say('sandboxTitle'), system.place),
      ),
      section('health', say('healthTitle'), health.place),
      section('agents', say('agentsTitle'), agents.place),
      section('venues', say('venuesTitle'), venues.place),
      element(
        'details',
        { id: 'history' },
        element('summary', {}, element('h2', {}, say('historyTitle'))),
        history.place,
      ),
    );
    place.append(
      element(
        'header',
        { class: 'head' },
        element(
          'div',
          { class: 'head-text' },
          element('h1', {}, say('heading')),
          element('p', { class: 'head-state' }, this.#badge, this.#moment),
        ),
        element(
          'div',
          { class: 'buttons' },
          button(say('refresh'), 'refresh'),
          button(say('showRuns'), 'showRuns'),
          button(say('showLog'), 'showLog'),
        ),
      ),
      this.#status,
      this.#problem,
      this.#paused,
      this.#loading,
      this.#body,
    );
    this.#badge.hidden = true;
    onThemeChange(() => this.#flowSection?.paint());
    setInterval(() => this.#tick(), tickMilliseconds);
  }

  receive(message: DashboardToPanel): void {
    this.#loading.hidden = true;
    if (message.type === 'unavailable') {
      const { message: sentence, action } = message.problem;
      this.#problem.replaceChildren(
        element('p', {}, sentence),
        ...(action === null ? [] : [element('p', { class: 'muted' }, action)]),
      );
      this.#problem.hidden = false;
      return;
    }
    this.#problem.hidden = true;
    this.#body.hidden = false;
    this.#show(message);
  }

  #show(snapshot: DashboardSnapshot): void {
    const say = this.#say;
    const { status } = snapshot.health;
    const text = say(healthTexts[status]);
    this.#badge.hidden = false;
    this.#badge.className = `badge ${status}`;
    this.#badge.textContent = text;
    if (this.#status.textContent !== text) this.#status.textContent = text;
    this.#moment.textContent = [
      say('version', snapshot.version),
      say('updated', formatMoment(snapshot.now)),
    ].join(' · ');
    this.#paused.hidden = !snapshot.isPaused;
    this.#clockLead = snapshot.now - Date.now();
    this.#openedTime = snapshot.openedTime;
    for (const show of this.#parts) show(snapshot);
    this.#tick();
  }

  /** The uptime goes on between two snapshots. */
  #tick(): void {
    if (this.#openedTime === undefined || !this.#place.isConnected) return;
    const text = elapsedText(Date.now() + this.#clockLead - this.#openedTime, this.#say);
    if (this.#uptime.textContent !== text) this.#uptime.textContent = text;
  }

  #drawFlow(flow: DashboardSnapshot['flow']): readonly Child[] {
    this.#flowSection?.dispose();
    this.#flowSection = flow === null ? undefined : new FlowSection(flow, this.#say);
    return [this.#flowSection?.place ?? element('p', { class: 'muted' }, this.#say('flowNone'))];
  }
}

function section(id: string, title: string, content: HTMLElement, titleClass = ''): HTMLElement {
  const heading = element('h2', { id: `${id}-title`, class: titleClass }, title);
  return element('section', { id, 'aria-labelledby': `${id}-title` }, heading, content);
}
