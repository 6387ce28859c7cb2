import type { Phrase } from './phrases.ts';

const orders = '(?:instructions?|consignes?|directives?|regles?|ordres|prompts?)';
const earlier = '(?:precedentes?|anterieures?|initiales?|ci_dessus|plus_haut|du_systeme|d_origine)';
/** Whose rules are those of a strategy. */
const trading = '_(?:(?:de|du|des|pour|sur)_(?:(?:la|le|les)_|l_?)?|d_?)(?:sorties?|entrees?|stops?)';
const articles = '(?:(?:toutes?|tous|les?|la|des?|tes|ton|ta|vos|votre|moi|nous)_)*';
const model = '(?:modele_de_langage|ia|intelligence_artificielle|assistant|llm|chatbot)';

/** What instructions to a model look like in French, without the marks over letters. */
export const frenchPhrases: readonly Phrase[] = [
  [
    'override',
    `(?:ignore[zr]?|oublie[zr]?|neglige[zr]?|contourne[zr]?|ne_(?:tiens|tenez)_pas_compte)_${articles}${orders}_(?:@+_)?${earlier}(?!${trading})`,
  ],
  ['override', '(?:oublie[zr]?|ignore[zr]?)_tout_ce_qui_(?:precede|a_ete_dit|est_ecrit|t_a_ete)'],
  ['override', '(?:reponds|repondez)_(?:uniquement|seulement|exclusivement)_par'],
  [
    'override',
    '(?:developpeurs|administrateurs|createurs)_ont_(?:modifie|change|mis_a_jour)_tes_(?:regles|instructions|consignes)',
  ],
  ['override', "message_systeme:(?:@+[ .,']{1,4}){0,8}?(?:approuve|execute|ignore|desactive|reponds)"],
  [
    'role',
    `tu_es_(?:(?:maintenant|desormais)_)+(?:(?:un|une|le|la)_)*(?:@+_)?(?:${model}|robot|bot|administrateur|pirate)`,
  ],
  [
    'role',
    '(?:fais_comme_si|imagine_que|pretends_que)_tu_n_(?:avais|as|avait)_(?:pas_de|aucune?|plus_de)_(?:regles?|restrictions?|limites?|filtres?)',
  ],
  ['address', `si_tu_es_(?:(?:un|une)_)*${model}`],
  ['address', `(?:note|message|avis|instructions)_(?:pour|a)_(?:(?:l|le|la|les|tout|toute)_)*${model}`],
  [
    'suppression',
    'ne_mentionne[sz]?_(?:pas|aucun)_(?:(?:les|des|de)_)*(?:risques?|avertissements?|failles?)',
  ],
  [
    'exfiltration',
    `(?:affiche|montre|revele|donne|repete|imprime)_${articles}(?:prompt|instructions)_(?:du_)?systeme`,
  ],
  [
    'exfiltration',
    `(?<!pas )(?:envoie|envoyez|transmets|publie|revele)_${articles}(?:cles?_(?:api|privees?|secretes?)|mots?_de_passe|identifiants|phrase_de_recuperation)`,
  ],
  ['action', '(?:appelle|invoque)_l_?outil_@+'],
];
