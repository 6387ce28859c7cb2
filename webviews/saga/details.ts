import type {
  DecisionView,
  EvidenceView,
  GraphNodeView,
  Problem,
  SagaSnapshot,
} from '../../extension/contracts/sagaPanel.ts';
import { makeButton } from '../shared/controls.ts';
import { type Child, element } from '../shared/dom.ts';
import { formatBytes, formatMoment, formatSeconds } from '../shared/measures.ts';
import { keyAttribute } from '../shared/part.ts';
import type { Say } from '../shared/texts.ts';
import { decisionItem } from './decisions.ts';
import { statusIcon } from './statusIcon.ts';
import { statusTexts } from './statusTexts.ts';
import type { sagaTexts } from './texts.ts';

type Run = SagaSnapshot['runs'][number];

export interface DetailsActions {
  readonly openEvidence: (run: string, hash: string) => void;
  readonly diffEvidence: (run: string, hash: string) => void;
}

/** What the details of a place show. */
export interface DetailsView {
  readonly node: GraphNodeView | null;
  readonly runs: readonly Run[];
  readonly decisions: readonly DecisionView[];
}

/** The details of the chosen place: its runs with time, tokens and evidence, and the decisions made there. */
export function drawDetails(
  { node, runs, decisions }: DetailsView,
  say: Say<typeof sagaTexts>,
  actions: DetailsActions,
): Child[] {
  if (node === null) return [element('p', { class: 'muted' }, say('detailsHint'))];
  const title = node.line === '' || node.kind === 'step' ? node.title : `${node.title} · ${node.line}`;
  const parts: Child[] = [
    element(
      'div',
      { class: 'details-head' },
      statusIcon(node.status),
      element('h2', { id: 'details-title', tabindex: -1, [keyAttribute]: 'title' }, title),
    ),
  ];
  if (node.kind === 'gate') {
    parts.push(
      element('h3', {}, say('detailsDecisions')),
      decisions.length === 0
        ? element('p', { class: 'muted' }, say('detailsNone'))
        : element('ol', { class: 'decisions' }, ...decisions.map((decision) => decisionItem(decision, say))),
    );
  }
  const isNamed = runs.length > 1 || node.kind === 'gate' || node.kind === 'undo';
  for (const run of runs) parts.push(runSection(run, isNamed, say, actions));
  return parts;
}

function runSection(
  run: Run,
  isNamed: boolean,
  say: Say<typeof sagaTexts>,
  actions: DetailsActions,
): HTMLElement {
  const facts: [string, Child][] = [
    [say('detailsStatus'), say(statusTexts[run.status])],
    [say('detailsRun'), say('detailsRunOf', run.generation, run.generations)],
  ];
  if (run.startedTime !== null) facts.push([say('detailsBegan'), formatMoment(run.startedTime)]);
  if (run.seconds !== null) facts.push([say('detailsTime'), say('asideSeconds', formatSeconds(run.seconds))]);
  if (run.attempts > 0) facts.push([say('detailsAttempts'), String(run.attempts)]);
  facts.push([say('detailsTokens'), run.tokens.text]);
  if (run.outcome !== null) facts.push([say('detailsOutcome'), run.outcome]);
  if (run.undo !== null) facts.push([say('detailsUndo'), run.undo.text]);
  const list = element('dl', { class: 'facts' });
  for (const [name, value] of facts)
    list.append(element('div', {}, element('dt', {}, name), element('dd', {}, value)));
  const parts: Child[] = [];
  if (isNamed) parts.push(element('h3', {}, say('titleRun', run.title, run.generation)));
  parts.push(list);
  if (run.error !== null) parts.push(problemBox(run.error));
  if (run.undo?.problem) parts.push(problemBox(run.undo.problem));
  parts.push(element('h3', {}, say('evidenceTitle')));
  parts.push(
    run.evidence.length === 0
      ? element('p', { class: 'muted' }, say('evidenceNone'))
      : element(
          'ul',
          { class: 'evidence' },
          ...run.evidence.map((evidence) => evidenceItem(run.key, evidence, say, actions)),
        ),
  );
  return element('section', { class: 'run' }, ...parts);
}

/** What was wrong, and what to do. */
export function problemBox({ message, action }: Problem): HTMLElement {
  const box = element('div', { class: 'problem' }, element('p', {}, message));
  if (action !== null) box.append(element('p', { class: 'muted' }, action));
  return box;
}

function evidenceItem(
  run: string,
  { name, mediaType, bytes, hash, change }: EvidenceView,
  say: Say<typeof sagaTexts>,
  { openEvidence, diffEvidence }: DetailsActions,
): HTMLElement {
  const open = makeButton({
    text: say('evidenceOpen'),
    label: say('evidenceOpenLabel', name),
    onPress: () => openEvidence(run, hash),
  });
  open.setAttribute(keyAttribute, `open ${run} ${hash}`);
  const buttons: Child[] = [open];
  if (change === 'changed') {
    const diff = makeButton({
      text: say('evidenceDiff'),
      label: say('evidenceDiffLabel', name),
      onPress: () => diffEvidence(run, hash),
    });
    diff.setAttribute(keyAttribute, `diff ${run} ${hash}`);
    buttons.push(diff);
  }
  const facts = [mediaType, formatBytes(bytes)];
  if (change === 'same') facts.push(say('evidenceSame'));
  return element(
    'li',
    {},
    element(
      'div',
      { class: 'evidence-text' },
      element('span', { class: 'evidence-name' }, name),
      element('span', { class: 'muted' }, facts.join(' · ')),
      element('code', { class: 'hash muted', title: hash }, say('evidenceHash', hash.slice(0, 16))),
    ),
    element('div', { class: 'buttons' }, ...buttons),
  );
}
