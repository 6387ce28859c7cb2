import type {
  GraphEdgeView,
  GraphNodeView,
  GraphView,
  ProgressView,
} from '../../extension/contracts/sagaPanel.ts';
import { element, setAttributes } from '../shared/dom.ts';
import { formatElapsed } from '../shared/measures.ts';
import { makeSvg } from '../shared/svg.ts';
import type { Say } from '../shared/texts.ts';
import { arrowTips, edgeShape } from './edgeShape.ts';
import { drawNode } from './nodeShape.ts';
import type { sagaTexts } from './texts.ts';
import { walkTo } from './walk.ts';

export interface GraphPictureOptions {
  readonly say: Say<typeof sagaTexts>;
  /** Ids of the elements that name and describe the graph. */
  readonly labelledBy: string;
  readonly describedBy: string;
  readonly onSelect: (id: string) => void;
  /** The details of what is selected are asked for, by the keyboard. */
  readonly onOpen: (id: string) => void;
}

const progressHeight = 3;

/**
 * The graph as a picture whose places are buttons. A new graph changes what differs and leaves the rest,
 * so that focus and scroll stay where they are.
 */
export class GraphPicture {
  readonly place: HTMLElement;
  readonly #options: GraphPictureOptions;
  readonly #picture: SVGSVGElement;
  readonly #edges: SVGGElement;
  readonly #nodes: SVGGElement;
  readonly #drawn = new Map<string, { readonly shape: SVGGElement; text: string }>();
  #drawnEdges = '';
  #graph: GraphView = { width: 0, height: 0, nodes: [], edges: [] };
  #selected: string | null = null;
  /** The one place that Tab comes to. */
  #stop: string | null = null;

  constructor(options: GraphPictureOptions) {
    this.#options = options;
    this.#edges = makeSvg('g', { class: 'edges', 'aria-hidden': 'true' });
    this.#nodes = makeSvg('g', { class: 'nodes' });
    this.#picture = makeSvg(
      'svg',
      {
        class: 'graph',
        role: 'group',
        'aria-labelledby': options.labelledBy,
        'aria-describedby': options.describedBy,
      },
      arrowTips(),
      this.#edges,
      this.#nodes,
    );
    this.place = element('div', { class: 'graph-scroll' }, this.#picture);
    this.#nodes.addEventListener('click', (event) => {
      const id = idOf(event.target);
      if (id !== undefined) this.#options.onSelect(id);
    });
    this.#nodes.addEventListener('focusin', (event) => {
      const id = idOf(event.target);
      if (id !== undefined) this.#moveStop(id);
    });
    this.#nodes.addEventListener('keydown', (event) => this.#press(event));
  }

  show(graph: GraphView, selected: string | null): void {
    const focused = this.focused;
    this.#graph = graph;
    const { width, height } = graph;
    setAttributes(this.#picture, { width, height, viewBox: `0 0 ${width} ${height}` });
    this.#drawEdges(graph.edges);
    const ids = new Set(graph.nodes.map(({ id }) => id));
    for (const [id, { shape }] of this.#drawn) {
      if (ids.has(id)) continue;
      shape.remove();
      this.#drawn.delete(id);
    }
    this.#arrange(graph.nodes.map(({ id }) => this.#elementOf(id)));
    for (const node of graph.nodes) this.#drawNode(node);
    this.select(selected);
    const stop = [focused, this.#stop, selected].find((id) => id !== undefined && id !== null && ids.has(id));
    this.#moveStop(stop ?? graph.nodes[0]?.id ?? null);
    if (focused !== undefined && !ids.has(focused)) this.focus(this.#placeOf(focused) ?? this.#stop);
  }

  select(selected: string | null): void {
    this.#selected = selected;
    for (const [id, { shape }] of this.#drawn) {
      setAttributes(shape, { 'aria-pressed': String(id === selected) });
    }
  }

  /** How far the step at work is, and how long each place at work has been so by the host's clock. */
  showWork(progress: ProgressView | null, now: number): void {
    for (const node of this.#graph.nodes) {
      const shape = this.#drawn.get(node.id)?.shape;
      if (node.runningSince === null || shape === undefined) continue;
      const own = node.runs.some((key) => key.startsWith(`${progress?.step}#`)) ? progress : null;
      const elapsed = formatElapsed(now - node.runningSince);
      const aside = node.aside === '' ? elapsed : `${node.aside} · ${elapsed}`;
      const line = own === null ? node.line : this.#options.say('progressText', node.line, own.text);
      setText(shape.querySelector('.aside'), aside);
      setText(shape.querySelector('.line'), line);
      showProgress(shape, node, own?.fraction ?? null);
    }
  }

  /** Id of the place that has the focus. */
  get focused(): string | undefined {
    return idOf(document.activeElement);
  }

  focus(id: string | null): void {
    if (id !== null) this.#drawn.get(id)?.shape.focus();
  }

  #elementOf(id: string): SVGGElement {
    const drawn = this.#drawn.get(id) ?? {
      shape: makeSvg('g', { role: 'button', tabindex: -1 }),
      text: '',
    };
    this.#drawn.set(id, drawn);
    return drawn.shape;
  }

  /** Puts the places in reading order around the one that has the focus, which a move would take. */
  #arrange(elements: readonly SVGGElement[]): void {
    const present = [...this.#nodes.children];
    if (present.length === elements.length && elements.every((shape, index) => shape === present[index]))
      return;
    const focused = elements.find((shape) => shape === document.activeElement);
    if (focused === undefined) this.#nodes.replaceChildren(...elements);
    else {
      const index = elements.indexOf(focused);
      focused.before(...elements.slice(0, index));
      this.#nodes.append(...elements.slice(index + 1));
    }
  }

  #drawNode(node: GraphNodeView): void {
    const text = JSON.stringify(node);
    const drawn = this.#drawn.get(node.id);
    if (drawn === undefined || drawn.text === text) return;
    drawn.text = text;
    drawNode(drawn.shape, node);
  }

  #drawEdges(edges: readonly GraphEdgeView[]): void {
    const text = JSON.stringify(edges);
    if (text === this.#drawnEdges) return;
    this.#drawnEdges = text;
    // What counts now is drawn over what is superseded.
    const ordered = [...edges].sort((a, b) => Number(a.isCurrent) - Number(b.isCurrent));
    this.#edges.replaceChildren(...ordered.map(edgeShape));
  }

  #press(event: KeyboardEvent): void {
    const id = idOf(event.target);
    if (id === undefined || event.altKey || event.ctrlKey || event.metaKey) return;
    if (event.key === 'Enter' || event.key === ' ') {
      event.preventDefault();
      this.#options.onSelect(id);
      if (event.key === 'Enter') this.#options.onOpen(id);
      return;
    }
    const target = walkTo(event.key, id, this.#graph.nodes);
    if (target === undefined) return;
    event.preventDefault();
    this.focus(target);
    this.#drawn.get(target)?.shape.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }

  #moveStop(id: string | null): void {
    if (this.#stop !== null) this.#drawn.get(this.#stop)?.shape.setAttribute('tabindex', '-1');
    this.#stop = id;
    if (id !== null) this.#drawn.get(id)?.shape.setAttribute('tabindex', '0');
  }

  /** Where the runs of a place that is gone are shown now. */
  #placeOf(id: string): string | undefined {
    const key = id.slice(id.indexOf(':') + 1);
    return this.#graph.nodes.find(({ runs }) => runs.includes(key))?.id ?? this.#selected ?? undefined;
  }
}

function setText(place: Element | null, text: string): void {
  if (place !== null && place.textContent !== text) place.textContent = text;
}

/** A bar at the bottom of a place; none for null. */
function showProgress(shape: SVGGElement, { width, height }: GraphNodeView, fraction: number | null): void {
  const bar = shape.querySelector('.progress');
  if (fraction === null) bar?.remove();
  else {
    const shown =
      bar ?? makeSvg('rect', { class: 'progress', x: 6, height: progressHeight, rx: progressHeight / 2 });
    if (bar === null) shape.append(shown);
    setAttributes(shown, {
      y: height - progressHeight - 2,
      width: Math.round((width - 12) * fraction),
    });
  }
}

function idOf(target: EventTarget | null): string | undefined {
  return target instanceof Element ? target.closest<SVGGElement>('[data-node]')?.dataset['node'] : undefined;
}
