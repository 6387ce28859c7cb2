import type { GraphNodeView } from '../../extension/contracts/sagaPanel.ts';
import { setAttributes } from '../shared/dom.ts';
import { makeSvg } from './dom.ts';
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

const textInsets: Partial<Record<GraphNodeView['kind'], number>> = { gate: point, undo: 4, end: 4 };

/** Draws a place into its shape, which keeps its focus: all within is made anew. */
export function drawNode(shape: SVGGElement, node: GraphNodeView): void {
  const { id, kind, status, isCurrent, label, x, y, width, height } = node;
  setAttributes(shape, {
    class: `node ${kind} ${status}${isCurrent ? '' : ' earlier-run'}`,
    transform: `translate(${x} ${y})`,
    'data-node': id,
    'aria-label': label,
  });
  const shift = textInsets[kind] ?? 0;
  const isTall = kind === 'step' || kind === 'fold';
  const icon = makeSvg('g', {
    transform: `translate(${inset + shift} ${isTall ? 8 : (height - iconSize) / 2})`,
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
  const texts = isTall ? twoLines(node) : oneLine(node, textLeft + shift);
  shape.replaceChildren(...stack(node), outline(node), ring, icon, ...texts);
  for (const text of texts) fitText(text);
}

function twoLines({ title, aside, line, width, height }: GraphNodeView): SVGTextElement[] {
  const asideText = makeSvg('text', { class: 'aside', x: width - inset, y: 20, 'text-anchor': 'end' }, aside);
  const titleText = makeSvg('text', { class: 'title', x: textLeft, y: 20 }, title);
  const lineText = makeSvg('text', { class: 'line', x: textLeft, y: height - 13 }, line);
  titleText.dataset['room'] = String(width - textLeft - inset - aside.length * 7);
  lineText.dataset['room'] = String(width - textLeft - inset);
  return [titleText, asideText, lineText];
}

function oneLine({ title, line, width, height }: GraphNodeView, left: number): SVGTextElement[] {
  const text = makeSvg('text', { class: 'title', x: left, y: height / 2 + 4.5 }, title);
  if (line !== '') text.append(makeSvg('tspan', { class: 'line', dx: 8 }, line));
  text.dataset['room'] = String(width - left - inset);
  return [text];
}

/** Shortens a text, or its last part, until it has room. What is cut stands in the details. */
export function fitText(text: SVGTextElement): void {
  const room = Number(text.dataset['room'] ?? Number.NaN);
  if (!(text.getComputedTextLength() > room)) return;
  const part = text.querySelector('tspan') ?? text;
  const whole = part.textContent ?? '';
  let [fits, tooLong] = [0, whole.length];
  while (tooLong - fits > 1) {
    const middle = Math.floor((fits + tooLong) / 2);
    part.textContent = `${whole.slice(0, middle).trimEnd()}…`;
    if (text.getComputedTextLength() <= room) fits = middle;
    else tooLong = middle;
  }
  part.textContent = `${whole.slice(0, fits).trimEnd()}…`;
}
