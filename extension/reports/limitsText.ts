import { inEnglish, type Translate } from '../../webviews/shared/texts.ts';
import { type LimitVerdicts, limitLabels, limitNames } from '../contracts/isolation.ts';

/** What the canaries found of the limits of a sandbox, as half a sentence. */
export function limitsText(limits: LimitVerdicts, translate: Translate = inEnglish): string {
  const named = (verdict: boolean | null): string[] =>
    limitNames.filter((name) => limits[name] === verdict).map((name) => translate(limitLabels[name]));
  const [held, broken, untried] = [named(true), named(false), named(null)];
  if (untried.length === limitNames.length) return translate('no limit was tried');
  if (held.length === limitNames.length) return translate('every limit holds');
  const parts: string[] = [];
  if (broken.length > 0) parts.push(translate('these limits do not hold: {0}', broken.join(', ')));
  else parts.push(translate('the limits that were tried hold'));
  if (untried.length > 0) parts.push(translate('not tried: {0}', untried.join(', ')));
  return parts.join('; ');
}
