import { isSuperLinear } from '../../javascript/regexp.ts';
import { methodCalls } from '../../python/frames.ts';
import { argument } from '../../python/shape.ts';
import type { PythonSubject } from '../../python/subject.ts';
import type { Found } from '../../rule.ts';

/** Methods of the texts of a column that take a pattern, and whether they do so unless told. */
const patternTakers: ReadonlyMap<string, boolean> = new Map([
  ['contains', true],
  ['count', true],
  ['extract', true],
  ['extractall', true],
  ['findall', true],
  ['fullmatch', true],
  ['match', true],
  ['replace', false],
  ['split', false],
]);

export function check(subject: PythonSubject, found: Found): void {
  for (const call of methodCalls(subject, ...patternTakers.keys())) {
    const { name, object } = call.callee;
    if (object.type !== 'Attribute' || object.name.id !== 'str') continue;
    const told = argument(call, 'regex');
    const isPattern = told ? subject.folder.fold(told)?.value !== false : patternTakers.get(name.id);
    const given = argument(call, 'pat', 0);
    const pattern = subject.folder.text(given);
    if (given && isPattern && pattern !== undefined && isSuperLinear(pattern))
      found(given, 'Matching this pattern can take time that explodes with the length of the text.');
  }
}
