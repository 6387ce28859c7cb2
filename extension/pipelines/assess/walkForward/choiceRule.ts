import { LabError } from '../../../contracts/errors.ts';
import type { SearchDefinition } from '../../../contracts/search.ts';
import {
  type ValidationObjective,
  validationObjectiveSchema,
  validationObjectives,
} from '../../../contracts/validation.ts';

/** By what a fold chooses among the sets of a search. */
export interface ChoiceRule {
  readonly objective: ValidationObjective;
  /** Fewest trades in the train rows. */
  readonly leastTrades: number;
}

function refused(message: string, action: string): LabError {
  return new LabError('usage', message, { action });
}

/**
 * The rule that a search gives each fold. A fold knows of a set its returns and trades in the train rows.
 * @throws LabError `usage` for a search whose later sets depend on the results of earlier ones, as those come
 *   from test rows too; for objectives and constraints that returns and trades do not tell
 */
export function choiceRuleOf({ kind, objectives, constraints }: SearchDefinition): ChoiceRule {
  if (kind !== 'grid' && kind !== 'random') {
    throw refused(
      `A ${kind} search learns from the bars that shall test it.`,
      'Take a grid or a random search: their sets are known before any result.',
    );
  }
  const [objective] = objectives;
  const name = validationObjectiveSchema.safeParse(objective?.metric);
  if (objectives.length !== 1 || !name.success || objective?.direction !== 'maximise') {
    throw refused(
      'A fold chooses by one objective of its returns, which is maximised.',
      `Choose one of ${validationObjectives.join(', ')}.`,
    );
  }
  let leastTrades = 0;
  for (const { metric, atLeast, atMost } of constraints) {
    if (metric !== 'trades' || atLeast === undefined || atMost !== undefined) {
      throw refused(
        `A fold cannot keep a bound of ${metric}.`,
        'Of the constraints a walk-forward knows trades>=N, in the train bars of each fold.',
      );
    }
    leastTrades = Math.max(leastTrades, Math.ceil(atLeast));
  }
  return { objective: name.data, leastTrades };
}
