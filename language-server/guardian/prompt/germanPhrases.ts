import type { Phrase } from './phrases.ts';

const earlier =
  '(?:(?:vorherig|vorig|bisherig|fruher|frueher|obig|obenstehend|vorangehend|vorstehend|ursprunglich|urspruenglich)e[nrs]?_)+';
/** Whose rules are those of a strategy. */
const trading =
  '_(?:zum|zur|fur|fuer|beim|bei)_(?:(?:den|die|das)_)?(?:stopp?s?|(?:aus|ein)stiege?n?|positionsgro(?:e)?ssen?)';
const orders = `(?:(?:system_?)?anweisung(?:en)?|instruktion(?:en)?|vorgaben|prompts?|richtlinien|direktiven|befehle?|regeln(?!${trading}))`;
const articles = '(?:(?:sie|bitte|alle[rn]?|die|den|deine[nr]?|ihre[nr]?|samtliche[nr]?|jede)_)*';
const model =
  '(?:sprachmodelle?n?|ki(?:_(?:modelle?n?|assistent@*|agent@*|system@*))?|llms?|assistent@*|chatbots?)';

/** What instructions to a model look like in German, without the marks over letters. */
export const germanPhrases: readonly Phrase[] = [
  [
    'override',
    `(?:ignorier(?:e|en|t)|vergiss|vergessen|missachten?|verwirf|verwerfen|umgehen?|u(?:e)?bergehen?)_${articles}${earlier}${orders}`,
  ],
  [
    'override',
    '(?:vergiss|vergessen_sie|ignorier(?:e|en_sie))_alles_was_(?:oben|zuvor|vorher|bisher|davor|du|dir|ich)',
  ],
  ['override', `(?:beachten?|befolgen?|folgen?)_${articles}${earlier}${orders}_nicht`],
  [
    'override',
    '(?:antworte|antworten_sie)_(?:(?:ab_jetzt|ab_sofort|nur_noch|immer|nur|ausschlie(?:ss|¤)lich)_)+mit',
  ],
  [
    'override',
    '(?:entwickler|betreiber|administrator@*)_(?:haben|hat)_deine_(?:regeln|anweisungen|richtlinien)_(?:gea(?:e)?ndert|aktualisiert|ersetzt)',
  ],
  [
    'override',
    "systemnachricht:(?:@+[ .,']{1,4}){0,8}?(?:genehmige|besta(?:e)?tige|ignoriere|deaktiviere|antworte)",
  ],
  [
    'role',
    `du_bist_(?:(?:jetzt|nun|ab_jetzt|ab_sofort)_)+(?:(?:ein|eine|der|die|kein)_)*(?:@+_)?(?:${model}|handelsbot|bot|hacker|administrator)`,
  ],
  [
    'role',
    'tu_so_als_(?:ob_du_keine|ha(?:e)?ttest_du_keine)_(?:regeln|grenzen|einschra(?:e)?nkungen|richtlinien)',
  ],
  ['address', `(?:falls|wenn)_(?:du|sie)_(?:(?:ein|eine)_)*${model}_(?:bist|sind)`],
  ['address', `(?:hinweis|nachricht|notiz|anweisung)_(?:an|fu(?:e)?r)_(?:(?:die|den|das|alle)_)*${model}`],
  ['suppression', '(?:erwa(?:e)?hne|nenne|melde)_keine_(?:@+_)?(?:risiken|warnungen|schwachstellen)'],
  [
    'exfiltration',
    '(?:gib|zeige?|nenne|verrate|drucke|wiederhole|geben_sie|zeigen_sie)_(?:(?:mir|uns|deine[nr]?|ihre[nr]?|den|die|vollsta(?:e)?ndigen?|gesamten?|kompletten?)_)*system_?(?:prompts?|anweisung(?:en)?)',
  ],
  [
    'exfiltration',
    '(?<!(?:nie|niemals|nicht) )(?:sende|schicke|u(?:e)?bermittle|vero(?:e)?ffentliche|verrate)_(?:(?:mir|uns|deine[nr]?|ihre[nr]?|den|die|das|alle)_)*(?:api_?schlu(?:e)?ssel|passwo(?:e)?rt(?:er)?|zugangsdaten|privaten?_schlu(?:e)?ssel|seed_?phrase)',
  ],
  ['action', '(?:rufe?|benutze|verwende)_(?:(?:das|die|dein)_)*(?:werkzeug|tool)_@+'],
];
