import type {
  GraphNodeView,
  GraphView,
  ProgressView,
  SagaFromPanel,
  SagaSnapshot,
  SagaToPanel,
} from '../../extension/contracts/sagaPanel.ts';
import { onThemeChange } from '../shared/colours.ts';
import { element, setAttributes } from '../shared/dom.ts';
import { FlowSection } from '../shared/flowSection.ts';
import { Part } from '../shared/part.ts';
import type { Say } from '../shared/texts.ts';
import { decisionItem } from './decisions.ts';
import { type DetailsView, drawDetails, problemBox } from './details.ts';
import { GateForm, type GateRequest } from './gateForm.ts';
import { GraphPicture } from './graphPicture.ts';
import {
  drawHead,
  drawTroubles,
  type HeadAction,
  type HeadView,
  type TroublesView,
  WorkBar,
} from './head.ts';
import { legend } from './legend.ts';
import type { PanelView } from './panelView.ts';
import { makeSection, type Section } from './section.ts';
import { eventsTable, stepsTable } from './tables.ts';
import type { sagaTexts } from './texts.ts';

export interface SagaPageOptions {
  readonly place: HTMLElement;
  readonly say: Say<typeof sagaTexts>;
  readonly view: PanelView;
  readonly post: (message: SagaFromPanel) => void;
  readonly keepView: (view: PanelView) => void;
}

type Unnumbered = SagaFromPanel extends infer Message
  ? Message extends unknown
    ? Omit<Message, 'request'>
    : never
  : never;

const keepMilliseconds = 200;
const tickMilliseconds = 1000;
/** Sections that are closed until they are opened. */
const closedAtFirst = ['words'];

/** The page of a run: head, decision, graph with details, and what lies below. */
export class SagaPage {
  readonly #options: SagaPageOptions;
  readonly #say: Say<typeof sagaTexts>;
  readonly #graph: GraphPicture;
  readonly #gate: GateForm;
  readonly #work: WorkBar;
  readonly #head: Part<HeadView>;
  readonly #troubles: Part<TroublesView>;
  readonly #refusal: HTMLElement = element('section', { class: 'trouble', role: 'alert', hidden: true });
  readonly #details: Part<DetailsView>;
  readonly #legend: Part<GraphView['edges']>;
  readonly #state = element('p', { class: 'unseen', role: 'status' });
  readonly #summary = element('p', { id: 'graph-words' });
  readonly #body = element('div', { class: 'body', hidden: true });
  readonly #loading: HTMLElement;
  readonly #sections: Readonly<Record<'table' | 'decisions' | 'events' | 'words', Section>>;
  readonly #table: Part<SagaSnapshot['runs']>;
  readonly #decisions: Part<SagaSnapshot['decisions']>;
  readonly #events: Part<Pick<SagaSnapshot, 'events' | 'eventsLeftOut'>>;
  readonly #flows: Part<SagaSnapshot['flows']>;
  #flowSections: FlowSection[] = [];
  #view: PanelView;
  #snapshot: SagaSnapshot | null = null;
  #progress: ProgressView | null = null;
  /** The host's clock less this page's. */
  #clockLead = 0;
  #requests = 0;
  /** What each request that is not yet answered keeps from being pressed again. */
  readonly #waiting = new Map<number, () => void>();
  #keeping: number | undefined;

  constructor(options: SagaPageOptions) {
    this.#options = options;
    const { say } = options;
    this.#say = say;
    this.#view = options.view;
    this.#graph = new GraphPicture({
      say,
      labelledBy: 'graph-title',
      describedBy: 'graph-hint graph-words',
      onSelect: (id) => this.#select(id),
      onOpen: () => document.getElementById('details-title')?.focus(),
    });
    this.#gate = new GateForm({
      say,
      send: (request) => this.#sendFromGate(request),
      onDraft: (draft) => this.#keep({ draft }),
    });
    this.#work = new WorkBar(say);
    this.#head = new Part(element('header', { class: 'head' }), (view) =>
      drawHead(view, say, (action, button) => this.#sendFromHead(action, button)),
    );
    this.#troubles = new Part(element('div', { class: 'troubles' }), (view) => drawTroubles(view, say));
    this.#details = new Part(
      element('aside', { class: 'details', 'aria-labelledby': 'details-title' }),
      (view) =>
        drawDetails(view, say, {
          openEvidence: (run, hash) => this.#send({ type: 'openEvidence', run, hash }),
          diffEvidence: (run, hash) => this.#send({ type: 'diffEvidence', run, hash }),
        }),
    );
    this.#legend = new Part(element('div', { class: 'legend muted' }), (edges) => legend(edges, say));
    this.#loading = element('p', { class: 'loading muted' }, say('headLoading'));
    this.#sections = {
      table: this.#section('table', say('tableTitle')),
      decisions: this.#section('decisions', say('decisionsTitle')),
      events: this.#section('events', say('eventsTitle')),
      words: this.#section('words', say('wordsTitle')),
    };
    this.#table = new Part(this.#sections.table.content, (runs) =>
      stepsTable(runs, say, (key) => this.#chooseRun(key)),
    );
    this.#decisions = new Part(this.#sections.decisions.content, (decisions) =>
      decisions.length === 0
        ? [element('p', { class: 'muted' }, say('decisionsNone'))]
        : [
            element(
              'ol',
              { class: 'decisions' },
              ...decisions.map((decision) => decisionItem(decision, say)),
            ),
          ],
    );
    this.#events = new Part(this.#sections.events.content, (view) => eventsTable(view, say));
    this.#flows = new Part(element('div', { class: 'flows' }), (flows) => this.#drawFlows(flows));
    this.#build();
  }

  receive(message: SagaToPanel): void {
    switch (message.type) {
      case 'snapshot':
        this.#show(message);
        break;
      case 'progress':
        this.#progress = message.progress;
        this.#showWork();
        break;
      case 'answer':
        this.#answered(message.request, message.problem);
        break;
      case 'unavailable':
        this.#loading.hidden = true;
        this.#refuse(message.problem);
        break;
    }
  }

  #build(): void {
    const { place, say } = this.#options;
    this.#details.place.addEventListener('keydown', (event) => {
      if (event.key === 'Escape') this.#graph.focus(this.#selected()?.id ?? null);
    });
    const graph = element(
      'section',
      { class: 'picture', 'aria-labelledby': 'graph-title' },
      element('h2', { id: 'graph-title' }, say('graphTitle')),
      element('p', { id: 'graph-hint', class: 'unseen' }, say('graphHint')),
      this.#graph.place,
      this.#legend.place,
    );
    this.#sections.words.content.append(this.#summary);
    // It scrolls, and holds nothing else that takes the focus.
    setAttributes(this.#sections.events.content, {
      tabindex: 0,
      role: 'region',
      'aria-label': say('eventsTitle'),
    });
    this.#body.append(
      this.#work.place,
      this.#troubles.place,
      this.#gate.place,
      element('div', { class: 'layout' }, graph, this.#details.place),
      this.#flows.place,
      ...Object.values(this.#sections).map((section) => section.place),
    );
    place.replaceChildren(this.#state, this.#loading, this.#head.place, this.#refusal, this.#body);
    addEventListener('scroll', () => this.#keep({ scrollTop: scrollY }), { passive: true });
    this.#graph.place.addEventListener(
      'scroll',
      () => this.#keep({ graphLeft: this.#graph.place.scrollLeft }),
      { passive: true },
    );
    onThemeChange(() => {
      for (const flow of this.#flowSections) flow.paint();
    });
    setInterval(() => this.#showWork(), tickMilliseconds);
  }

  #show(snapshot: SagaSnapshot): void {
    const isFirst = this.#snapshot === null;
    this.#snapshot = snapshot;
    this.#progress = snapshot.progress;
    this.#clockLead = snapshot.now - Date.now();
    this.#loading.hidden = true;
    this.#body.hidden = false;
    const { run, can, graph, runs, gate, decisions, suspicions, notUndone, flows, events, eventsLeftOut } =
      snapshot;
    this.#head.show({ run, can });
    this.#troubles.show({ run, suspicions, notUndone });
    this.#gate.show(gate, `${gate?.at} ${decisions.length}`, this.#view.draft);
    if (this.#state.textContent !== run.state) this.#state.textContent = run.state;
    if (this.#summary.textContent !== run.summary) this.#summary.textContent = run.summary;
    this.#legend.show(graph.edges);
    this.#graph.show(graph, this.#selected()?.id ?? null);
    this.#showDetails();
    this.#table.show(runs);
    this.#decisions.show(decisions);
    this.#sections.decisions.setTitle(
      decisions.length === 0
        ? this.#say('decisionsTitle')
        : this.#say('sectionCount', this.#say('decisionsTitle'), decisions.length),
    );
    this.#flows.show(flows);
    this.#events.show({ events, eventsLeftOut });
    this.#showWork();
    if (isFirst) this.#restoreScroll(this.#view);
  }

  /** The controls take their sizes in the next frame, and what lies below them moves. */
  #restoreScroll({ scrollTop, graphLeft }: PanelView): void {
    requestAnimationFrame(() =>
      requestAnimationFrame(() => {
        scrollTo(0, scrollTop);
        this.#graph.place.scrollLeft = graphLeft;
      }),
    );
  }

  #showWork(): void {
    const step = this.#progress?.step;
    const title = this.#snapshot?.runs.find((run) => run.step === step)?.title ?? '';
    this.#work.show(this.#progress, title);
    this.#graph.showWork(this.#progress, Date.now() + this.#clockLead);
  }

  #showDetails(): void {
    const { snapshot, node } = { snapshot: this.#snapshot, node: this.#selected() ?? null };
    if (snapshot === null) return;
    const runs = node === null ? [] : snapshot.runs.filter(({ key }) => node.runs.includes(key));
    const decisions = node === null ? [] : node.decisions.flatMap((index) => snapshot.decisions[index] ?? []);
    this.#details.show({ node, runs, decisions });
  }

  /** The place whose details are shown: the chosen one, or else where the run is. */
  #selected(): GraphNodeView | undefined {
    const nodes = this.#snapshot?.graph.nodes ?? [];
    const { selected } = this.#view;
    const chosen = nodes.find(({ id }) => id === selected);
    if (chosen !== undefined || selected === null) return chosen ?? placeAtWork(nodes);
    const key = selected.slice(selected.indexOf(':') + 1);
    return nodes.find(({ runs }) => runs.includes(key)) ?? placeAtWork(nodes);
  }

  #select(id: string): void {
    this.#keep({ selected: id });
    this.#graph.select(id);
    this.#showDetails();
  }

  #chooseRun(key: string): void {
    const node = this.#snapshot?.graph.nodes.find(
      ({ kind, runs }) => kind !== 'gate' && kind !== 'undo' && runs.includes(key),
    );
    if (node === undefined) return;
    this.#select(node.id);
    this.#graph.focus(node.id);
  }

  #section(id: string, title: string): Section {
    const isOpen = closedAtFirst.includes(id) === this.#view.toggled.includes(id);
    return makeSection(id, title, isOpen, (open) => {
      const others = this.#view.toggled.filter((other) => other !== id);
      this.#keep({ toggled: open === closedAtFirst.includes(id) ? [...others, id] : others });
    });
  }

  #drawFlows(flows: SagaSnapshot['flows']): HTMLElement[] {
    for (const flow of this.#flowSections) flow.dispose();
    this.#flowSections = flows.map((flow) => new FlowSection(flow, this.#say));
    return flows.map((flow, index) => {
      const section = this.#section(`flow-${flow.id}`, flow.title);
      const shown = this.#flowSections[index];
      if (shown !== undefined) section.content.append(shown.place);
      return section.place;
    });
  }

  #sendFromGate(request: GateRequest): void {
    if (request.type === 'openStrategy') this.#send(request);
    else {
      this.#gate.setBusy(true);
      this.#send(request, () => this.#gate.setBusy(false));
    }
  }

  #sendFromHead(action: HeadAction, button: HTMLElement): void {
    button.toggleAttribute('disabled', true);
    this.#send({ type: action }, () => button.toggleAttribute('disabled', false));
  }

  /** `refused` runs when the host answers that it was not done. */
  #send(message: Unnumbered, refused: () => void = () => {}): void {
    this.#requests += 1;
    this.#waiting.set(this.#requests, refused);
    this.#refusal.hidden = true;
    this.#options.post({ ...message, request: this.#requests } as SagaFromPanel);
  }

  #answered(request: number, problem: { message: string; action: string | null } | null): void {
    const refused = this.#waiting.get(request);
    this.#waiting.delete(request);
    if (problem === null) return;
    refused?.();
    this.#refuse(problem);
  }

  #refuse(problem: { message: string; action: string | null }): void {
    this.#refusal.replaceChildren(element('h2', {}, this.#say('refusedTitle')), problemBox(problem));
    this.#refusal.hidden = false;
  }

  /** Keeps how the panel is looked at, not more often than a few times a second. */
  #keep(change: Partial<PanelView>): void {
    this.#view = { ...this.#view, ...change };
    this.#keeping ??= setTimeout(() => {
      this.#keeping = undefined;
      this.#options.keepView(this.#view);
    }, keepMilliseconds);
  }
}

/** Where the run is: what waits, works or failed, else its end, else where it begins. */
function placeAtWork(nodes: readonly GraphNodeView[]): GraphNodeView | undefined {
  for (const status of ['waiting', 'running', 'interrupted', 'failed'] as const) {
    const found = nodes.find((node) => node.isCurrent && node.status === status);
    if (found !== undefined) return found;
  }
  return nodes.find(({ kind }) => kind === 'end') ?? nodes[0];
}
