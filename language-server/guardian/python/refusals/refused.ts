import type { FindingDetails, Found } from '../../rule.ts';
import type { PythonFile, PythonSubject } from '../subject.ts';
import { refusedCalls } from './calls.ts';
import { refusedClasses } from './classes.ts';
import { refusedClassValues } from './classValues.ts';
import { refusedImports } from './imports.ts';
import { refusedMembers } from './members.ts';
import { refusedNames } from './names.ts';

export type RefusingRule =
  | 'SEC001'
  | 'SEC002'
  | 'SEC004'
  | 'SEC005'
  | 'SEC007'
  | 'SEC009'
  | 'SEC011'
  | 'DET001'
  | 'DET002';

/** Something of a file that is on no allow-list, and the rule that says so. */
export interface Refused {
  readonly rule: RefusingRule;
  readonly start: number;
  readonly end: number;
  readonly message: string;
  readonly details?: FindingDetails;
}

export function refuse(
  rule: RefusingRule,
  { start, end }: { readonly start: number; readonly end: number },
  message: string,
  details?: FindingDetails,
): Refused {
  return { rule, start, end, message, ...(details ? { details } : {}) };
}

/** All that a file has and no allow-list knows. */
export function allRefused(file: PythonFile): readonly Refused[] {
  return [
    refusedNames,
    refusedImports,
    refusedMembers,
    refusedCalls,
    refusedClasses,
    refusedClassValues,
  ].flatMap((look) => look(file));
}

/** Tells what one rule refuses. */
export function tellRefused(rule: RefusingRule, { refused }: PythonSubject, found: Found): void {
  for (const one of refused) if (one.rule === rule) found(one, one.message, one.details);
}
