import { Graph, layout } from '@dagrejs/dagre';
import type { ShownGraph, ShownNode } from './collapse.ts';
import type { HistoryLink } from './trace.ts';

interface Point {
  readonly x: number;
  readonly y: number;
}

/** A place's corner and size. */
export interface Box extends Point {
  readonly width: number;
  readonly height: number;
}

export interface GraphLayout {
  readonly width: number;
  readonly height: number;
  readonly boxes: ReadonlyMap<string, Box>;
  /** Points that each link runs through, from its beginning to its end; in the order of the links. */
  readonly routes: readonly (readonly Point[])[];
}

/** Sizes in CSS pixels at the editor's usual font. */
const sizes: Record<ShownNode['kind'], { readonly width: number; readonly height: number }> = {
  step: { width: 252, height: 50 },
  gate: { width: 212, height: 34 },
  undo: { width: 212, height: 34 },
  end: { width: 212, height: 34 },
  earlier: { width: 212, height: 34 },
  fold: { width: 252, height: 50 },
};
const margin = 16;
const gapBetweenRanks = 26;
const gapBetweenPlaces = 28;
const gapBetweenLinks = 14;

/** Places of one step, from above: what it was, itself, the decision after it, how it was undone. */
const ranksWithin: Record<ShownNode['kind'], number> = {
  earlier: 0,
  step: 1,
  fold: 1,
  gate: 2,
  undo: 3,
  end: 4,
};
const ranksOfAStep = 5;

/**
 * Places the graph from above to below: a step's runs stand side by side, and links that go back are
 * led around what stands between. Equal graphs give equal layouts. Pure.
 */
export function layOut({ nodes, links }: ShownGraph): GraphLayout {
  const ranks = ranksOf(nodes);
  const rankOf = (id: string) => ranks.get(id) ?? 0;
  const graph = new Graph({ multigraph: true });
  graph.setGraph({
    rankdir: 'TB',
    ranksep: gapBetweenRanks,
    nodesep: gapBetweenPlaces,
    edgesep: gapBetweenLinks,
    marginx: margin,
    marginy: margin,
  });
  for (const node of ordered(nodes)) graph.setNode(node.id, { ...sizes[node.kind] });
  for (const [index, link] of links.entries()) {
    const { above, below } = downwards(link, rankOf);
    // Ranks follow from these alone, so that all runs of a step stand side by side.
    const minlen = Math.max(1, rankOf(below) - rankOf(above));
    graph.setEdge(above, below, { minlen, weight: weightOf(link, nodes) }, String(index));
  }
  layout(graph);
  const boxes = new Map(
    nodes.map(({ id }): [string, Box] => {
      const { x = 0, y = 0, width, height } = graph.node(id) as Partial<Point> & typeof sizes.step;
      return [id, { x: Math.round(x - width / 2), y: Math.round(y - height / 2), width, height }];
    }),
  );
  const routes = links.map((link, index) => {
    const { above, below } = downwards(link, rankOf);
    const { points = [] } = graph.edge(above, below, String(index)) as { points?: Point[] };
    const route = points.map(({ x, y }) => ({ x: Math.round(x), y: Math.round(y) }));
    return above === link.from ? route : route.reverse();
  });
  const { width = 0, height = 0 } = graph.graph() as { width?: number; height?: number };
  return { width: Math.ceil(width), height: Math.ceil(height), boxes, routes };
}

/** Each place's rank, counted among those that are taken. */
function ranksOf(nodes: readonly ShownNode[]): Map<string, number> {
  const steps = [...new Set(nodes.flatMap(({ members }) => members.map(({ step }) => step)))];
  const wide = new Map(
    nodes.map((node): [string, number] => {
      const step = steps.indexOf(node.members[0]?.step ?? '');
      return [node.id, step * ranksOfAStep + ranksWithin[node.kind]];
    }),
  );
  const taken = [...new Set(wide.values())].sort((a, b) => a - b);
  return new Map([...wide].map(([id, rank]) => [id, taken.indexOf(rank)]));
}

function downwards({ from, to }: HistoryLink, rankOf: (id: string) => number) {
  return rankOf(from) <= rankOf(to) ? { above: from, below: to } : { above: to, below: from };
}

/** What counts now comes first, so that it stands first. */
function ordered(nodes: readonly ShownNode[]): ShownNode[] {
  return [...nodes.filter((node) => node.isCurrent), ...nodes.filter((node) => !node.isCurrent)];
}

/** The way that counts now runs as straight as it can. */
function weightOf({ from, to, kind }: HistoryLink, nodes: readonly ShownNode[]): number {
  if (kind !== 'next') return 1;
  const isCurrent = (id: string) => nodes.find((node) => node.id === id)?.isCurrent === true;
  return isCurrent(from) && isCurrent(to) ? 12 : 4;
}
