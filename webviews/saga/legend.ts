import {
  type GraphEdgeView,
  type GraphLinkKind,
  graphLinkKinds,
} from '../../extension/contracts/sagaPanel.ts';
import { type Child, element } from '../shared/dom.ts';
import { makeSvg } from '../shared/svg.ts';
import type { Say } from '../shared/texts.ts';
import type { sagaTexts } from './texts.ts';

const texts: Record<GraphLinkKind, keyof typeof sagaTexts> = {
  next: 'legendNext',
  undo: 'legendUndo',
  fix: 'legendFix',
  rollback: 'legendRollback',
  end: 'legendEnd',
};

/** What the lines of the graph mean, those that are in it; nothing where all of them just go on. */
export function legend(edges: readonly GraphEdgeView[], say: Say<typeof sagaTexts>): Child[] {
  const present = graphLinkKinds.filter((kind) => edges.some((edge) => edge.kind === kind));
  const isPlain = present.every((kind) => kind === 'next' || kind === 'end');
  const parts: Child[] = isPlain
    ? []
    : present.map((kind) =>
        element(
          'span',
          {},
          makeSvg(
            'svg',
            { width: 28, height: 8, viewBox: '0 0 28 8', 'aria-hidden': 'true' },
            makeSvg('path', { class: `edge ${kind}`, d: 'M1 4H26', 'marker-end': `url(#tip-${kind})` }),
          ),
          say(texts[kind]),
        ),
      );
  if (edges.some(({ isCurrent }) => !isCurrent)) parts.push(element('span', {}, say('legendEarlier')));
  return parts;
}
