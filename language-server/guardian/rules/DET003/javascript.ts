import { isDateCall } from '../../javascript/dates.ts';
import { reportRefusedGlobals } from '../../javascript/freeNames.ts';
import { localTimeMembers } from '../../javascript/localTime.ts';
import type { Subject } from '../../javascript/subject.ts';
import type { Found } from '../../rule.ts';

/** The zone and the language of the machine. */
export function check(subject: Subject, found: Found): void {
  reportRefusedGlobals(subject, 'DET003', found);
  checkMembers(subject, found);
  checkDates(subject, found);
}

function checkMembers({ accesses, flow }: Subject, found: Found): void {
  for (const { base, name, key } of accesses) {
    if (name === undefined) continue;
    const isParse =
      name === 'parse' && [...base].some((atom) => atom.kind === 'global' && atom.path === 'Date');
    if (isParse) found(key, 'Date.parse reads most texts in local time.', { advice: 'Use Date.UTC.' });
    if (!localTimeMembers.has(name)) continue;
    const isOwn = flow.defines(name) && [...base].every(({ kind }) => kind !== 'date');
    if (isOwn) continue;
    const instead = localTimeMembers.get(name);
    found(key, `${name} depends on the machine's zone or language.`, {
      ...(instead === undefined
        ? {}
        : { advice: `Use ${instead}.`, fix: { title: `Write ${instead}`, newText: instead } }),
    });
  }
}

function checkDates(subject: Subject, found: Found): void {
  for (const node of subject.tree.all('NewExpression')) {
    if (!isDateCall(subject, node)) continue;
    const [first, second] = node.arguments;
    const isText = first && [...subject.flow.evaluate(first)].some(({ kind }) => kind === 'text');
    if (second) {
      const advice = 'Write new Date(Date.UTC(...)).';
      found(node, 'A date made of its parts is read in local time.', { advice });
    } else if (isText) {
      const advice = 'Write new Date(Date.UTC(2024, 0, 31)): months count from 0.';
      found(node, 'A date is made of a number here: texts are read in many ways, some in local time.', {
        advice,
      });
    }
  }
}
