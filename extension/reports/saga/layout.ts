import { type EdgeLabel, Graph, type GraphLabel, layout, type NodeLabel } from '@dagrejs/dagre';
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
  step: { width: 304, height: 50 },
  gate: { width: 240, height: 34 },
  undo: { width: 240, height: 34 },
  end: { width: 240, height: 34 },
  earlier: { width: 240, height: 34 },
  fold: { width: 304, height: 50 },
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
    align: 'UL',
    ranksep: gapBetweenRanks,
    nodesep: gapBetweenPlaces,
    edgesep: gapBetweenLinks,
  });
  for (const node of nodes) graph.setNode(node.id, { ...sizes[node.kind] });
  for (const [index, link] of links.entries()) {
    const { above, below } = downwards(link, rankOf);
    // Ranks follow from these alone, so that all runs of a step stand side by side.
    const minlen = Math.max(1, rankOf(below) - rankOf(above));
    graph.setEdge(above, below, { minlen, weight: weightOf(link, nodes) }, String(index));
  }
  const sides = sidesOf(nodes, links);
  layout(graph, { customOrder: (layered) => orderBySides(layered, sides) });
  const placed = new Map(
    nodes.map(({ id }): [string, Box] => {
      const { x = 0, y = 0, width, height } = graph.node(id) as Partial<Point> & typeof sizes.step;
      return [id, { x: x - width / 2, y: y - height / 2, width, height }];
    }),
  );
  const routed = links.map((link, index) => {
    const { above, below } = downwards(link, rankOf);
    const { points = [] } = graph.edge(above, below, String(index)) as { points?: Point[] };
    const route = docked(points, placed.get(above), placed.get(below));
    return above === link.from ? route : route.reverse();
  });
  return framed([...placed], routed);
}

/** How far from its middle, of half its width, a place is left and reached at most. */
const dockReach = 0.75;

/** A route from the bottom of the place above to the top of the one below, upright at both ends. */
function docked(points: readonly Point[], above: Box | undefined, below: Box | undefined): Point[] {
  // The first and the last were found on straight lines between the middles, which lead through other places.
  const between = points.slice(1, -1);
  if (above === undefined || below === undefined) return between;
  const [first, last] = [between[0] ?? middleOf(below), between.at(-1) ?? middleOf(above)];
  const leave = { x: dock(above, first), y: above.y + above.height };
  const reach = { x: dock(below, last), y: below.y };
  const approach = gapBetweenRanks / 2;
  return [
    leave,
    ...(leave.x === first.x ? [] : [{ x: leave.x, y: leave.y + approach }]),
    ...between,
    ...(reach.x === last.x ? [] : [{ x: reach.x, y: reach.y - approach }]),
    reach,
  ];
}

function dock(box: Box, towards: Point): number {
  const middle = middleOf(box).x;
  const most = (box.width / 2) * dockReach;
  return Math.min(middle + most, Math.max(middle - most, towards.x));
}

function middleOf({ x, y, width, height }: Box): Point {
  return { x: x + width / 2, y: y + height / 2 };
}

/** Moved so that all of it, links too, lies within the margin, on whole pixels. */
function framed(placed: readonly [string, Box][], routed: readonly (readonly Point[])[]): GraphLayout {
  const points = [...routed.flat(), ...placed.flatMap(([, box]) => [box, farCorner(box)])];
  const left = Math.min(...points.map(({ x }) => x)) - margin;
  const top = Math.min(...points.map(({ y }) => y)) - margin;
  const moved = ({ x, y }: Point): Point => ({ x: Math.round(x - left), y: Math.round(y - top) });
  return {
    width: Math.ceil(Math.max(...points.map(({ x }) => x)) - left + margin),
    height: Math.ceil(Math.max(...points.map(({ y }) => y)) - top + margin),
    boxes: new Map(placed.map(([id, box]) => [id, { ...box, ...moved(box) }])),
    routes: routed.map((route) => route.map(moved)),
  };
}

function farCorner({ x, y, width, height }: Box): Point {
  return { x: x + width, y: y + height };
}

/** Each place's rank, counted among those that are taken. */
function ranksOf(nodes: readonly ShownNode[]): Map<string, number> {
  const wide = new Map(
    nodes.map((node): [string, number] => {
      const level = node.members[0]?.level ?? 0;
      return [node.id, level * ranksOfAStep + ranksWithin[node.kind]];
    }),
  );
  const taken = [...new Set(wide.values())].sort((a, b) => a - b);
  return new Map([...wide].map(([id, rank]) => [id, taken.indexOf(rank)]));
}

function downwards({ from, to }: HistoryLink, rankOf: (id: string) => number) {
  return rankOf(from) <= rankOf(to) ? { above: from, below: to } : { above: to, below: from };
}

/**
 * Where each place and each link stands from left to right: what counts now first, then what was superseded,
 * the latest first; within that a step, how it was undone or ended, and the links that go round them.
 */
function sidesOf(nodes: readonly ShownNode[], links: readonly HistoryLink[]) {
  const ages = [...new Set(nodes.map(({ age }) => age))].sort((a, b) => a - b);
  const lanes = new Map(nodes.map(({ id, age }) => [id, ages.indexOf(age)]));
  const laneOf = (id: string) => lanes.get(id) ?? 0;
  return {
    places: new Map(
      nodes.map(({ id, kind }): [string, number] => [
        id,
        laneOf(id) * sidesOfALane + (kind === 'undo' || kind === 'end' ? 1 : 0),
      ]),
    ),
    links: links.map(({ from, to, kind }) => {
      const lane = Math.max(laneOf(from), laneOf(to));
      return lane * sidesOfALane + (kind === 'next' ? 0 : 2);
    }),
  };
}

const sidesOfALane = 3;

function orderBySides(
  graph: Graph<GraphLabel, NodeLabel, EdgeLabel>,
  sides: ReturnType<typeof sidesOf>,
): void {
  const byRank = new Map<number, { readonly id: string; readonly side: number }[]>();
  for (const id of graph.nodes()) {
    const { rank = 0, edgeObj } = graph.node(id);
    const side = edgeObj === undefined ? sides.places.get(id) : sides.links[Number(edgeObj.name)];
    byRank.set(rank, [...(byRank.get(rank) ?? []), { id, side: side ?? 0 }]);
  }
  for (const row of byRank.values()) {
    row.sort((a, b) => a.side - b.side);
    for (const [order, { id }] of row.entries()) graph.node(id).order = order;
  }
}

/** The way that counts now runs as straight as it can. */
function weightOf({ from, to, kind }: HistoryLink, nodes: readonly ShownNode[]): number {
  if (kind !== 'next') return 1;
  const isCurrent = (id: string) => nodes.find((node) => node.id === id)?.isCurrent === true;
  return isCurrent(from) && isCurrent(to) ? 12 : 4;
}
