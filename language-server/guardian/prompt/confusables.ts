/*
 * Letters of other alphabets, and styled ones without a compatibility form, by the Latin letter that they
 * look like. The commonest of Unicode's confusables (UTS #39) for Cyrillic, Greek, Armenian and small capitals.
 */
const pairs =
  'аa сc еe ѕs іi јj оo рp хx уy һh ԁd ԛq ԝw кk тt мm ԍg ԋn ѵv ғf ӏl ' +
  'АA ВB СC ЕE НH ІI ЈJ КK МM ОO РP ЅS ТT ХX УY ҮY ЗE ' +
  'αa εe ιi κk νv οo ρp τt υu χx γy ηn ωw ' +
  'ΑA ΒB ΕE ΖZ ΗH ΙI ΚK ΜM ΝN ΟO ΡP ΤT ΥY ΧX ' +
  'ıi ɩi ɑa ɡg օo հh ոn ս' +
  'u ɪi ɴn ʀr ᴏo ᴇe ᴀa ᴘp ꜱs ᴜu ᴛt ᴠv ɢg ʏy ᴅd ʟl ᴍm ʙb ᴄc ʜh ᴊj ᴋk ᴡw ᴢz';

export const latinLookalikes: ReadonlyMap<string, string> = new Map(
  pairs.split(' ').map(([letter = '', latin = '']) => [letter, latin.toLowerCase()]),
);

/** Small Latin letters by the Cyrillic letter that they look like. */
export const cyrillicLookalikes: ReadonlyMap<string, string> = new Map(
  'aа cс eе oо pр xх yу kк mм tт bв hн'.split(' ').map(([latin = '', letter = '']) => [latin, letter]),
);

/** Digits and signs that stand for letters inside of words. */
export const leetLetters: ReadonlyMap<string, string> = new Map(
  '0o 1i 3e 4a 5s 7t @a $s !i |l'.split(' ').map(([sign = '', letter = '']) => [sign, letter]),
);
