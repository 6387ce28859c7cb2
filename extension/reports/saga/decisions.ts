import type { SagaView } from '../../contracts/saga.ts';
import type { DecisionView } from '../../contracts/sagaPanel.ts';
import { visible, visibleLine } from '../visible.ts';
import type { Say } from './say.ts';

type DecisionRecord = SagaView['decisions'][number];

/** What was decided, in a few words. */
export function decisionText(
  { step, action, target }: Pick<DecisionRecord, 'step' | 'action' | 'target'>,
  say: Say,
): string {
  switch (action) {
    case 'approve':
      return say('decidedApprove', step);
    case 'reject':
      return say('decidedReject', step);
    case 'fix':
      return say('decidedFix', step, target ?? step);
    case 'rollback':
      return say('decidedRollback', step, target ?? step);
  }
}

/** The decisions with who, when and why, the first first. */
export function viewDecisions({ decisions }: SagaView, say: Say): DecisionView[] {
  return decisions.map((decision) => ({
    step: decision.step,
    action: decision.action,
    text: decisionText(decision, say),
    comment: decision.comment === null ? null : visible(decision.comment),
    by: decision.by === null ? null : visibleLine(decision.by),
    time: decision.time,
  }));
}
