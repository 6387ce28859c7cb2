import type { GraphNodeStatus } from '../../extension/contracts/sagaPanel.ts';
import { makeSvg } from '../shared/svg.ts';

/** What each status is drawn as in a square of 16: told apart by form, with a colour besides. */
const forms: Record<GraphNodeStatus, readonly string[]> = {
  pending: [dashedCircle()],
  'not-reached': [circle(), 'M5 8h6'],
  running: ['M8 2a6 6 0 0 1 6 6'],
  interrupted: [circle(), 'M6.5 5.5v5M9.5 5.5v5'],
  done: [circle(), 'M5.2 8.2l2 2 3.6-4'],
  waiting: ['M8 1.5L14.5 8 8 14.5 1.5 8z', 'M8 5v3.5M8 10.6v.4'],
  approved: ['M8 1.5L14.5 8 8 14.5 1.5 8z', 'M5.4 8.1l1.8 1.8 3.2-3.6'],
  fixed: ['M10.5 2.5l3 3-8 8-3.5.5.5-3.5z'],
  'rolled-back': ['M13.5 13V8.5a3 3 0 0 0-3-3H3', 'M6 2.5l-3 3 3 3'],
  rejected: ['M5 1.8h6L14.2 5v6L11 14.2H5L1.8 11V5z', 'M5 8h6'],
  undone: ['M3.2 5.5A5.8 5.8 0 1 1 2.2 8', 'M3 2.2v3.5h3.5'],
  failed: [circle(), 'M5.6 5.6l4.8 4.8M10.4 5.6l-4.8 4.8'],
  stopped: [circle(), 'M5.8 5.8h4.4v4.4H5.8z'],
  superseded: [circle(), 'M6 5.5L8.5 8 6 10.5M8.6 5.5L11.1 8l-2.5 2.5'],
  completed: ['M4 14.5v-13M4 2.5h9l-2.2 3 2.2 3H4'],
  cancelled: [circle(), 'M4 4l8 8'],
};

function circle(): string {
  return 'M2 8a6 6 0 1 0 12 0 6 6 0 1 0-12 0';
}

function dashedCircle(): string {
  return 'M8 2a6 6 0 0 1 3 .8M13.2 5a6 6 0 0 1 .8 3M13.2 11a6 6 0 0 1-2.2 2.2M8 14a6 6 0 0 1-3-.8M2.8 11A6 6 0 0 1 2 8M2.8 5A6 6 0 0 1 5 2.8';
}

/** The sign of a status as part of a picture. Its colour follows from the class. */
export function statusShape(status: GraphNodeStatus): SVGGElement {
  const shape = makeSvg('g', { class: `sign ${status}` });
  if (status === 'running') shape.append(makeSvg('path', { class: 'track', d: circle() }));
  for (const form of forms[status]) shape.append(makeSvg('path', { d: form }));
  return shape;
}

/** The sign of a status beside a text that says the same. */
export function statusIcon(status: GraphNodeStatus): SVGSVGElement {
  return makeSvg(
    'svg',
    { class: 'status-icon', viewBox: '0 0 16 16', width: 16, height: 16, 'aria-hidden': 'true' },
    statusShape(status),
  );
}
