import { LabError } from '../../contracts/errors.ts';
import { catalogue } from '../families/catalogue.ts';
import type { Language, Localised } from '../idea/language.ts';

/** Why an idea cannot be served, with a list of what can be, in the idea's language. */
export function unsupported(language: Language, message: Localised): LabError {
  const titles = Object.values(catalogue)
    .map(({ title }) => title[language])
    .join(', ');
  const action: Localised = {
    en: `Describe one of these strategies with its numbers: ${titles}.`,
    ru: `Опишите с числами одну из этих стратегий: ${titles}.`,
  };
  return new LabError('idea.unsupported', message[language], { action: action[language] });
}
