import {
  type CodeAgent,
  type CodeResult,
  type ReasoningResult,
  reasoningResultSchema,
} from '../contracts/agents.ts';
import { LabError } from '../contracts/errors.ts';
import type { ParameterDefinitions } from '../contracts/strategy.ts';
import { commentLines } from './code/comment.ts';
import { renderStrategy } from './code/render.ts';
import { searchGrid } from './code/searchGrid.ts';
import { familyNamed } from './families/catalogue.ts';
import type { Family, FamilyParameter, Wording } from './families/family.ts';
import { entryOptions, sizeNameOf, tradeParameters } from './families/tradeParameters.ts';
import { type Localised, withDecimalComma } from './idea/language.ts';
import { type IdeaReading, readIdea } from './reasoning/readIdea.ts';
import { unsupported } from './reasoning/unsupported.ts';

const identity = { name: 'catalogue code', kind: 'rule-based', version: '2' } as const;

function define(family: Family, params: ReasoningResult['params']): ParameterDefinitions {
  const known: Readonly<Record<string, FamilyParameter>> = { ...family.parameters, ...tradeParameters };
  const unknown = Object.keys(params).find((name) => !(name in known));
  const missing = Object.keys(family.parameters).find((name) => params[name] === undefined);
  if (unknown !== undefined || missing !== undefined) {
    const fault =
      unknown === undefined ? `lacks the parameter "${missing}"` : `has the unknown parameter "${unknown}"`;
    throw new LabError('usage', `The reasoning for ${family.name} ${fault}.`, {
      action: 'Reason about the idea anew.',
    });
  }
  const definitions: ParameterDefinitions = {};
  for (const [name, { type, min, max, description }] of Object.entries(known)) {
    const value = params[name];
    if (value === undefined) continue;
    if (!(value >= min && value <= max) || (type === 'integer' && !Number.isInteger(value))) {
      throw new LabError(
        'usage',
        `The parameter "${name}" must be of type ${type} from ${min} to ${max}, was ${value}.`,
        {
          action: 'Reason about the idea anew.',
        },
      );
    }
    definitions[name] = { type, default: value, min, max, description };
  }
  return definitions;
}

function nameOf(
  family: Family,
  params: ReasoningResult['params'],
  { direction, average, entry, exit }: Wording,
): string {
  const parts = [
    family.name,
    ...(average === 'exponential' ? ['ema'] : []),
    ...Object.keys(family.parameters).map((name) => params[name]),
    ...(entry === 'return' ? ['return'] : []),
    ...(exit === 'far-band' ? ['far'] : []),
    ...(direction === 'long' ? [] : [direction]),
    ...Object.keys(tradeParameters).flatMap((name) =>
      params[name] === undefined ? [] : [name, params[name]],
    ),
  ];
  return parts.join('-').replaceAll('.', '-');
}

const author: Localised = {
  en: 'Written from the catalogue of strategies by the rule-based code agent, without a model.',
  ru: 'Написано по каталогу стратегий агентом на правилах, без модели.',
};

function gapsNote(count: number): Localised {
  return {
    en: `Parts of the idea that were not understood and play no part: ${count}.`,
    ru: `Частей идеи, которые не поняты и не участвуют: ${count}.`,
  };
}

/** Writes a strategy of the catalogue. The wording comes from the idea, the numbers from the reasoning. */
export class RuleBasedCodeAgent implements CodeAgent {
  /**
   * @throws LabError `idea.unsupported` where the reasoning names no family of the catalogue, `usage` where
   *   its parameters do not fit the family, `cancelled`
   */
  async write(reasoning: ReasoningResult, idea: string, signal: AbortSignal): Promise<CodeResult> {
    if (signal.aborted) throw new LabError('cancelled', 'Writing the strategy was cancelled.');
    const { family: familyName, params, language, notUnderstood } = reasoningResultSchema.parse(reasoning);
    const family = familyNamed(familyName);
    if (family === undefined) {
      throw unsupported(language, {
        en: `The catalogue holds no strategy family "${familyName}".`,
        ru: `В каталоге нет семейства стратегий «${familyName}».`,
      });
    }
    const reading: IdeaReading = readIdea(idea);
    const { wording, stated, understood } = reading;
    const definitions = define(family, params);
    const name = nameOf(family, params, wording);
    const draft = family.draft({
      wording,
      sizedBy: sizeNameOf(params),
      entry: (own) => entryOptions(params, own),
    });
    const rule = family.explain(params, wording);
    const comment = [
      ...commentLines(`${language === 'ru' ? 'Идея' : 'Idea'}: ${understood}`),
      ...(notUnderstood.length === 0 ? [] : commentLines(gapsNote(notUnderstood.length)[language])),
      '//',
      ...commentLines(language === 'ru' ? withDecimalComma(rule.ru) : rule.en),
      ...commentLines(author[language]),
    ];
    return {
      agent: identity,
      name,
      fileName: `${name}.strategy.ts`,
      source: renderStrategy({ ...draft, name, comment, params: definitions }),
      grid: searchGrid(family, params, (parameter) => parameter in stated),
    };
  }
}
