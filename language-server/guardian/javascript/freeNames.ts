import type { Found } from '../rule.ts';
import { refusedGlobals, replacements } from './globals.ts';
import type { Subject } from './subject.ts';

/** Reports the known dangers among the free names that one rule refuses. */
export function reportRefusedGlobals({ scopes }: Subject, rule: string, found: Found): void {
  for (const { node, isWrite } of scopes.free) {
    if (isWrite || refusedGlobals.get(node.name) !== rule) continue;
    const advice = replacements.get(node.name);
    found(node, `${node.name} has no place in a strategy.`, advice === undefined ? {} : { advice });
  }
}
