import type { GraphNodeView } from '../../extension/contracts/sagaPanel.ts';

/** Places whose middles differ by less than this stand in one row. */
const sameRow = 4;
/** How much further a step to the side seems than one up or down. */
const sideways = 2;

function middle({ x, y, width, height }: GraphNodeView) {
  return { x: x + width / 2, y: y + height / 2 };
}

/**
 * The place that a key leads to from `id`: left and right walk the places as they are read, up and down go
 * to the nearest one above or below, Home and End to the first and the last. Undefined for other keys.
 */
export function walkTo(key: string, id: string, nodes: readonly GraphNodeView[]): string | undefined {
  const index = nodes.findIndex((node) => node.id === id);
  const from = nodes[index];
  if (from === undefined) return nodes[0]?.id;
  switch (key) {
    case 'ArrowRight':
      return nodes[Math.min(index + 1, nodes.length - 1)]?.id;
    case 'ArrowLeft':
      return nodes[Math.max(index - 1, 0)]?.id;
    case 'Home':
      return nodes[0]?.id;
    case 'End':
      return nodes.at(-1)?.id;
    case 'ArrowDown':
      return nearest(from, nodes, 1) ?? id;
    case 'ArrowUp':
      return nearest(from, nodes, -1) ?? id;
    default:
      return undefined;
  }
}

function nearest(
  from: GraphNodeView,
  nodes: readonly GraphNodeView[],
  direction: 1 | -1,
): string | undefined {
  const start = middle(from);
  let best: { readonly id: string; readonly distance: number } | undefined;
  for (const node of nodes) {
    const { x, y } = middle(node);
    const down = (y - start.y) * direction;
    if (down < sameRow) continue;
    const distance = down + sideways * Math.abs(x - start.x);
    if (best === undefined || distance < best.distance) best = { id: node.id, distance };
  }
  return best?.id;
}
