import { type GraphEdgeView, graphLinkKinds } from '../../extension/contracts/sagaPanel.ts';
import { makeSvg } from '../shared/svg.ts';

const arrow = 'M0 0L8 4 0 8z';

/** The tips of links, one a kind: each takes the colour of its link. */
export function arrowTips(): SVGDefsElement {
  const tips = graphLinkKinds.map((kind) =>
    makeSvg(
      'marker',
      {
        id: `tip-${kind}`,
        class: `tip ${kind}`,
        viewBox: '0 0 8 8',
        refX: 7,
        refY: 4,
        markerWidth: 8,
        markerHeight: 8,
        markerUnits: 'userSpaceOnUse',
        orient: 'auto',
      },
      makeSvg('path', { d: arrow }),
    ),
  );
  return makeSvg('defs', {}, ...tips);
}

export function edgeShape({ kind, isCurrent, points }: GraphEdgeView): SVGPathElement {
  return makeSvg('path', {
    class: `edge ${kind}${isCurrent ? '' : ' earlier-run'}`,
    d: curve(points),
    'marker-end': `url(#tip-${kind})`,
  });
}

/** A curve through the middles of a route's parts, with the route's own ends. */
export function curve(points: GraphEdgeView['points']): string {
  const [first, ...rest] = points;
  const last = rest.at(-1);
  if (first === undefined || last === undefined) return '';
  const parts = [`M${first.x} ${first.y}`];
  for (const [index, { x, y }] of rest.slice(0, -1).entries()) {
    const next = rest[index + 1] ?? last;
    const isLast = index === rest.length - 2;
    const end = isLast ? last : { x: (x + next.x) / 2, y: (y + next.y) / 2 };
    parts.push(`Q${x} ${y} ${end.x} ${end.y}`);
  }
  if (rest.length === 1) parts.push(`L${last.x} ${last.y}`);
  return parts.join('');
}
