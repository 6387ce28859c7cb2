import { formatCompact } from '../../../webviews/shared/format.ts';
import type { GateCheck, GateVerdict, LuckSummary } from '../../contracts/gate.ts';
import type { GateView } from '../../contracts/gatePanel.ts';
import type { RunEvidence } from '../../contracts/runEvidence.ts';
import { luckWithPaths } from '../../evaluation/gate.ts';
import {
  checkLabels,
  gateStates,
  gateVerdicts,
  type LuckFigure,
  luckFigures,
  luckFigureText,
  luckLabels,
  luckMeanings,
} from '../gateTexts.ts';
import { fragilityReasons } from '../stress/verdictRows.ts';
import type { Words } from './words.ts';

/** How a check compares its figure with its bound, and the figure of luck that it rests on. */
interface CheckForm {
  readonly bound: 'checkAtLeast' | 'checkAtMost' | 'checkAbove';
  readonly figure?: LuckFigure;
  readonly isPercent?: boolean;
}

const forms: Readonly<Record<string, CheckForm>> = {
  dsr: { bound: 'checkAtLeast', figure: 'dsr' },
  pbo: { bound: 'checkAtMost', figure: 'pbo' },
  spa: { bound: 'checkAtMost', figure: 'spa' },
  'median-path': { bound: 'checkAbove', figure: 'medianPathSharpe' },
  'track-record': { bound: 'checkAtMost', figure: 'minTrackRecord' },
  'out-of-sample': { bound: 'checkAbove', isPercent: true },
  costs: { bound: 'checkAbove', isPercent: true },
  delay: { bound: 'checkAtLeast', isPercent: true },
  'doubled-costs': { bound: 'checkAbove', isPercent: true },
};

const number = /-?\d+(?:\.\d+)?(?:e[+-]?\d+)?/g;

/**
 * Sentences of the lab in the person's language. What is looked up is each sentence without its numbers;
 * one without a translation is shown as it was written.
 */
function spoken(sentences: string, { translate }: Words): string {
  const spokenOne = (sentence: string): string => {
    const values: string[] = [];
    const template = sentence.replace(number, (value) => `{${values.push(value) - 1}}`);
    return translate(template, ...values);
  };
  return sentences
    .split(/(?<=\.) (?=[A-Z])/)
    .map(spokenOne)
    .join(' ');
}

/** What the panel shows of the gate: the verdict first, each check with its figures, and what luck explains. */
export function gateView(evidence: RunEvidence, words: Words): GateView {
  const { gate, optimisation, fragility, validation, run, policy } = evidence;
  const { say, translate } = words;
  const luck = luckWithPaths(optimisation?.luck ?? null, validation);
  const reasons =
    fragility === null ? new Map<string, string>() : fragilityReasons({ fragility, policy }, say);
  return {
    verdict: gate.verdict,
    sentences: [translate(gateVerdicts[gate.verdict]), ...hindrances(gate, words)],
    advice: luck !== null ? null : say(optimisation === null ? 'adviceNoSearch' : 'adviceOldSearch'),
    note: say('gateNote', run.id),
    checks: gate.checks.map((check) => checkView(check, luck, reasons.get(check.name), words)),
    figures: luck === null ? [] : luckFigures.map((name) => figureView(name, luck, words)),
  };
}

function labelOf(name: string, { translate }: Words): string {
  return checkLabels[name] === undefined ? name.replaceAll('-', ' ') : translate(checkLabels[name]);
}

function hindrances({ checks }: GateVerdict, words: Words): string[] {
  const namesOf = (state: GateCheck['state']): string =>
    checks
      .filter((check) => check.state === state)
      .map(({ name }) => labelOf(name, words))
      .join(', ');
  const [failed, missing] = [namesOf('fail'), namesOf('not-available')];
  return [
    ...(failed === '' ? [] : [words.say('checksFailed', failed)]),
    ...(missing === '' ? [] : [words.say('checksMissing', missing)]),
  ];
}

/** @param reason why it came out as it did, where its figures tell that better than its sentence */
function checkView(
  check: GateCheck,
  luck: LuckSummary | null,
  reason: string | undefined,
  words: Words,
): GateView['checks'][number] {
  const { name, state, value, bound } = check;
  const { say, translate } = words;
  const form = forms[name];
  const rounded = (figure: number): string => formatCompact(Number(figure.toPrecision(4)));
  const shown = (figure: number): string => (form?.isPercent ? `${rounded(figure * 100)}%` : rounded(figure));
  const limit = bound === null ? '' : shown(bound);
  return {
    label: labelOf(name, words),
    state,
    stateText: translate(gateStates[state]),
    value: value === null ? '' : shown(value),
    bound: form === undefined || limit === '' ? limit : say(form.bound, limit),
    why:
      state === 'not-available' && form?.figure !== undefined
        ? say('checkMissing', reasonOf(form.figure, luck, words))
        : (reason ?? spoken(check.text, words)),
  };
}

function reasonOf(name: LuckFigure, luck: LuckSummary | null, words: Words): string {
  return spoken(luck === null ? 'there was no search' : (luck.reasons[name] ?? 'not available'), words);
}

function figureView(name: LuckFigure, luck: LuckSummary, words: Words): GateView['figures'][number] {
  const { say, translate } = words;
  const value = luck[name];
  const common = { label: translate(luckLabels[name]), definition: translate(luckMeanings[name]) };
  if (value !== null) return { ...common, text: luckFigureText(name, value), isAvailable: true, why: null };
  const why = luck.reasons[name] === undefined ? null : reasonOf(name, luck, words);
  return { ...common, text: say('notAvailable'), isAvailable: false, why };
}
