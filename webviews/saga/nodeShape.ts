import type { GraphNodeView } from '../../extension/contracts/sagaPanel.ts';
import { element, setAttributes } from '../shared/dom.ts';
import { makeSvg } from '../shared/svg.ts';
import { statusShape } from './statusIcon.ts';

const iconSize = 16;
const inset = 10;
const textLeft = inset + iconSize + 8;
/** How far a gate's points reach in. */
const point = 14;
const ringGap = 3;

/** The outline of each kind, which tells it apart. */
function outline({ kind, width, height }: GraphNodeView): SVGElement {
  switch (kind) {
    case 'gate': {
      const middle = height / 2;
      const corners = [
        `M${point} 0`,
        `H${width - point}`,
        `L${width} ${middle}`,
        `L${width - point} ${height}`,
        `H${point}`,
        `L0 ${middle}z`,
      ];
      return makeSvg('path', { class: 'body', d: corners.join('') });
    }
    case 'undo':
    case 'end':
      return makeSvg('rect', { class: 'body', width, height, rx: height / 2 });
    default:
      return makeSvg('rect', { class: 'body', width, height, rx: 6 });
  }
}

/** What stands behind a place that stands for several. */
function stack({ kind, width, height }: GraphNodeView): SVGElement[] {
  if (kind !== 'earlier' && kind !== 'fold') return [];
  return [makeSvg('rect', { class: 'body behind', x: 4, y: 4, width, height, rx: 6 })];
}

const sideInsets: Partial<Record<GraphNodeView['kind'], number>> = { gate: point, undo: 4, end: 4 };

/** Draws a place into its element, which keeps its focus: all within is made anew. */
export function drawNode(shape: SVGGElement, node: GraphNodeView): void {
  const { id, kind, status, isCurrent, note, x, y, width, height } = node;
  setAttributes(shape, {
    class: `node ${kind} ${status}${isCurrent ? '' : ' earlier-run'}`,
    transform: `translate(${x} ${y})`,
    'data-node': id,
    'aria-description': note,
  });
  const side = sideInsets[kind] ?? 0;
  const icon = makeSvg('g', {
    transform: `translate(${inset + side} ${isTall(node) ? 8 : (height - iconSize) / 2})`,
  });
  icon.append(statusShape(status));
  const ring = makeSvg('rect', {
    class: 'ring',
    x: -ringGap,
    y: -ringGap,
    width: width + 2 * ringGap,
    height: height + 2 * ringGap,
    rx: kind === 'undo' || kind === 'end' ? height / 2 + ringGap : 8,
  });
  const left = textLeft + side;
  const texts = makeSvg('foreignObject', { x: left, y: 0, width: width - left - inset - side, height });
  texts.append(textsOf(node));
  shape.replaceChildren(...stack(node), outline(node), ring, icon, texts);
}

function isTall({ kind }: GraphNodeView): boolean {
  return kind === 'step' || kind === 'fold';
}

/** Its texts; the style cuts what has no room, and ears and the details have it whole. */
function textsOf(node: GraphNodeView): HTMLElement {
  const { title, aside, line } = node;
  const texts = element('div', { class: `texts${isTall(node) ? ' tall' : ''}` });
  const parts = { title, aside, line };
  for (const [name, text] of Object.entries(parts)) {
    // A running step's time and progress come there.
    if (text !== '' || node.runningSince !== null) texts.append(element('span', { class: name }, text), ' ');
  }
  return texts;
}
