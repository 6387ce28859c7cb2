import type { Finding } from '../../extension/contracts/guardian.ts';

export interface Rule {
  readonly severity: Finding['severity'];
  readonly title: string;
  /** What goes wrong where the rule is broken. */
  readonly why: string;
  /** What to write instead, where a finding has nothing closer to say. */
  readonly advice: string;
}

function rule(severity: Finding['severity'], title: string, why: string, advice: string): Rule {
  return { severity, title, why, advice };
}

/** Every rule that can make a finding; `rules.md` has a section for each. */
export const catalogue = {
  SYN001: rule(
    'error',
    'Syntax error',
    'What cannot be parsed cannot be judged or run.',
    'Mend the syntax at this place.',
  ),
  SYN002: rule(
    'error',
    'Too large or too complex',
    'A file that is out of all proportion hides what it does.',
    'Split long expressions and take tables out; a strategy needs a few hundred lines.',
  ),
  SYN003: rule(
    'error',
    'TypeScript that cannot be erased',
    'The runner takes types away and changes nothing else, so code that TypeScript makes does not exist there.',
    'Write it in plain JavaScript: a constant object for an enum, an assignment for a parameter property, x as T for <T>x.',
  ),
  SEC001: rule(
    'error',
    'Name that is not on the allow-list',
    'What is neither declared in the file nor a pure part of the language may reach out of the sandbox.',
    'Declare it in the file, or take it from the context of setup or next.',
  ),
  SEC002: rule(
    'error',
    'Import other than strategy-lab',
    'The sandbox holds no other module, and an import would be a way to other code.',
    "Import values and types from 'strategy-lab' only.",
  ),
  SEC003: rule(
    'error',
    'Code from text',
    'eval, Function and every constructor of functions run text that nobody has reviewed.',
    'Write the code itself in place of the text.',
  ),
  SEC004: rule(
    'error',
    'Change of shared objects',
    'Changed prototypes, globals or context objects change what other code does.',
    'Keep values in variables and objects of your own.',
  ),
  SEC005: rule(
    'error',
    'Member that cannot be checked',
    'A key that is made while the strategy runs can name any member, also those that lead out of it.',
    'Use a literal name, a number, or a Map.',
  ),
  SEC006: rule(
    'error',
    'Hidden or misleading characters',
    'Code that reads differently from what it does cannot be reviewed.',
    'Write the name in plain letters of one script.',
  ),
  SEC010: rule(
    'error',
    'Secret in the source',
    'A strategy is stored, shared and shown to models, and its secrets with it.',
    'Remove it, and replace it where it was in use: a strategy needs no key.',
  ),
  SEC011: rule(
    'error',
    'Concurrency or hidden interception',
    'A strategy is called once a bar and must answer at once; what runs later or in between is not judged.',
    'Write plain synchronous functions.',
  ),
  SEC012: rule(
    'warning',
    'Decoder beside a long text',
    'Encoded text is the usual hiding place of code and secrets.',
    'Write the values in the clear.',
  ),
  SEC013: rule(
    'warning',
    'Text addressed to a reviewer',
    'Reviewing models may take such a text for an instruction.',
    'Delete the sentence.',
  ),
  RES001: rule(
    'error',
    'Loop without an end',
    'The bar is never answered, and the run ends by its time limit.',
    'Count up to a bound, or leave the loop with break.',
  ),
  RES002: rule(
    'error',
    'Regular expression of unbounded cost',
    'Matching can take time that doubles with each character.',
    'Use indexOf, or a pattern whose repetitions cannot match the same text.',
  ),
  RES003: rule(
    'warning',
    'List that grows for ever',
    'A million bars make a million entries, and the run ends by its memory limit.',
    'Drop the oldest entry with shift() beyond a fixed length, or use ago().',
  ),
  RES005: rule(
    'warning',
    'Log on every bar',
    'The log keeps 64 KiB, which are full after a few hundred bars.',
    'Log under a condition, such as when an order is given.',
  ),
  DET001: rule(
    'error',
    'Unseeded randomness',
    'Two runs on the same data give different trades, so that no result can be checked.',
    'Use random() of the context of next: it is seeded.',
  ),
  DET002: rule(
    'error',
    'Wall clock',
    'The time of the run is not the time of the market, and differs from run to run.',
    'Use bar.time, in UTC milliseconds.',
  ),
  DET003: rule(
    'error',
    'Local time or locale',
    'The result depends on the zone and language of the machine.',
    'Use the UTC functions of Date, and compare texts with < and >.',
  ),
  DET004: rule(
    'warning',
    'State outside of setup',
    'What is kept in the module lives on where another run or parameter set starts.',
    'Make it in setup and return it: next gets it as its second argument.',
  ),
  LA001: rule(
    'error',
    'Negative lag',
    'A negative lag asks for a bar that has not happened yet.',
    'Count bars back: ago(1) is the bar before.',
  ),
  LA006: rule(
    'warning',
    'Lag that can become negative',
    'For some values the lag asks for a bar that has not happened yet.',
    'Choose bounds for which the lag stays at 0 or above.',
  ),
  LA009: rule(
    'warning',
    'Dates or tables from history',
    'Who wrote the dates has seen what came after them: a model remembers the market of its training.',
    'State the rule that leads to them, or make them params.',
  ),
  LA010: rule(
    'warning',
    'Rule on the end of the data',
    'The last bar is known only afterwards; live there is none.',
    'Decide by what the bars so far show.',
  ),
  RSK001: rule(
    'warning',
    'No exit',
    'Without an exit a position is held to the end whatever it costs.',
    'Close on a condition, or give the entry a stop loss.',
  ),
  RSK002: rule(
    'warning',
    'Size that grows with losses',
    'Doubling after losses ends in one loss that takes all.',
    'Size by a fixed percent or riskPercent, and bound it with Math.min.',
  ),
  RSK005: rule(
    'warning',
    'Fragile arithmetic on prices',
    'A flat bar makes the difference 0 and the result infinite; computed prices are almost never equal.',
    'Test the difference before dividing, and compare with a tolerance.',
  ),
  RSK007: rule(
    'info',
    'Many parameters',
    'With many parameters some set fits any past.',
    'Keep five at most; fix the others at usual values.',
  ),
  RSK008: rule(
    'warning',
    'Crossing on a higher timeframe',
    'The values of a higher timeframe change once in many bars, and a crossing of them lasts as long.',
    'Ask for isNew of the timeframe as well: daily.isNew && crossAbove(fast, slow).',
  ),
  RSK009: rule(
    'warning',
    'Orders that pile up',
    'An order without an end waits until it is filled: on a large move all that were ever given are filled at once.',
    'Give it goodForBars: 1, or ask orders.isOpen or the position before giving another.',
  ),
  RSK010: rule(
    'warning',
    'Stop on the wrong side',
    'A stop order to buy waits above the market and one to sell below it; elsewhere it is filled at once.',
    'For a stop loss write stopLoss.',
  ),
  API001: rule(
    'error',
    'Misuse of the strategy API',
    'The strategy stops with an error when it is loaded or at the first bar.',
    "See the declarations of 'strategy-lab'.",
  ),
  SUP001: rule(
    'warning',
    'Suppression without effect',
    'A comment that seems to switch a rule off, and does not, misleads its reader.',
    'Mend the finding, or write // guardian-ignore RULE: reason above the line.',
  ),
} as const satisfies Readonly<Record<string, Rule>>;

export type RuleId = keyof typeof catalogue;

export function isRuleId(id: string): id is RuleId {
  return Object.hasOwn(catalogue, id);
}
