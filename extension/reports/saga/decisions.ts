import type { SagaView } from '../../contracts/saga.ts';
import type { DecisionView } from '../../contracts/sagaPanel.ts';
import { visible, visibleLine } from '../visible.ts';
import type { Words } from './say.ts';

type DecisionRecord = SagaView['decisions'][number];

/** What was decided, in a few words. */
export function decisionText(
  { step, action, target }: Pick<DecisionRecord, 'step' | 'action' | 'target'>,
  { say, stepTitle }: Words,
): string {
  const [at, to] = [stepTitle(step), stepTitle(target ?? step)];
  switch (action) {
    case 'approve':
      return say('decidedApprove', at);
    case 'reject':
      return say('decidedReject', at);
    case 'fix':
      return say('decidedFix', at, to);
    case 'rollback':
      return say('decidedRollback', at, to);
  }
}

/** The decisions with who, when and why, the first first. */
export function viewDecisions({ decisions }: SagaView, words: Words): DecisionView[] {
  return decisions.map((decision) => ({
    step: decision.step,
    action: decision.action,
    text: decisionText(decision, words),
    comment: decision.comment === null ? null : visible(decision.comment),
    by: decision.by === null ? null : visibleLine(decision.by),
    time: decision.time,
  }));
}
