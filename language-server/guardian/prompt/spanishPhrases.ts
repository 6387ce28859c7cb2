import type { Phrase } from './phrases.ts';

const orders =
  '(?:instruccion(?:es)?|indicacion(?:es)?|directrices|directivas?|ordenes|prompts?|reglas|normas)';
const earlier = '(?:anterior(?:es)?|previ[ao]s?|precedentes?|originales?|iniciales|de_arriba|del_sistema)';
/** Whose rules are those of a strategy. */
const trading = '_(?:de|del|para|sobre)_(?:(?:la|el|las|los)_)?(?:salidas?|entradas?|stops?)';
const articles = '(?:(?:todas?|todos?|las?|los|el|tus?|sus?|cualquier|me|nos)_)*';
const model = '(?:modelo_de_lenguaje|ia|inteligencia_artificial|asistente|llm|chatbot)';

/** What instructions to a model look like in Spanish, without the marks over letters. */
export const spanishPhrases: readonly Phrase[] = [
  [
    'override',
    `(?:ignor[ae]d?|olvid[ae]d?|descart[ae]|omit[ae]|no_hagas_caso_(?:de|a)|no_sigas|no_obedezcas)_${articles}${orders}_(?:@+_)?${earlier}(?!${trading})`,
  ],
  ['override', '(?:olvid[ae]|ignor[ae])_todo_lo_(?:anterior|dicho|previo|de_arriba|que_(?:te|se|he|has))'],
  ['override', "(?<=^|[.,'] {0,3}| y )responde_(?:solo|unicamente|solamente)_con"],
  [
    'override',
    '(?:desarrolladores|administradores|creadores)_han_(?:cambiado|actualizado|modificado)_tus_(?:reglas|instrucciones|directrices)',
  ],
  ['override', "mensaje_del_sistema:(?:@+[ .,']{1,4}){0,8}?(?:aprueba|ejecuta|ignora|desactiva|responde)"],
  [
    'role',
    `(?:ahora_eres|eres_ahora|a_partir_de_ahora_eres|actua_como)_(?:(?:un|una|el|la)_)*(?:@+_)?(?:${model}|bot|administrador|hacker)`,
  ],
  ['role', '(?:finge|simula|imagina)_que_no_tienes_(?:reglas|restricciones|limites|normas|filtros)'],
  ['address', `si_eres_(?:(?:un|una)_)*${model}`],
  ['address', `(?:nota|mensaje|aviso|instrucciones)_para_(?:(?:el|la|los|las|cualquier)_)*${model}`],
  ['suppression', 'no_menciones_(?:(?:los|las|ningun|ninguna)_)*(?:riesgos?|advertencias?|vulnerabilidades)'],
  [
    'exfiltration',
    '(?:muestra|muestrame|revela|imprime|dime|repite)_(?:(?:me|tus?|el|sus?|las?)_)*(?:prompt|instrucciones)_del?_sistema',
  ],
  [
    'exfiltration',
    `(?<!(?:no|nunca) )(?:envia|enviame|manda|mandame|publica|revela)_${articles}(?:claves?_(?:api|privadas?|secretas?)|contrasenas?|api_?keys?|credenciales|frase_semilla)`,
  ],
  ['action', '(?:llama|invoca)_a_la_herramienta_@+'],
];
