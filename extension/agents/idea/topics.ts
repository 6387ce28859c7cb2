import { type IdeaText, term } from './ideaText.ts';
import type { Localised } from './language.ts';

/** What ideas often rest on and candles of one market do not tell. */
const topics: readonly { readonly words: RegExp; readonly name: Localised }[] = [
  {
    words: term(
      'news|headlines?|tweets?|tweeted|twitter|reddit|sentiment|elon|musk|fear and greed|' +
        'новост\\p{L}*|твит\\p{L}*|твиттер\\p{L}*|настроени\\p{L}*|илон\\p{L}*|маск\\p{L}?',
    ),
    name: { en: 'news and sentiment', ru: 'новости и настроения' },
  },
  {
    words: term(
      'funding(?: rates?)?|open interest|liquidations?|фандинг\\p{L}*|ликвидаци\\p{L}*|открыт\\p{L}* интерес\\p{L}*',
    ),
    name: { en: 'funding and open interest', ru: 'фандинг и открытый интерес' },
  },
  {
    words: term(
      'order ?books?|depth of market|bid|ask|market making|scalp\\p{L}*|стакан\\p{L}*|скальп\\p{L}*|маркет-?мейк\\p{L}*',
    ),
    name: { en: 'the order book', ru: 'биржевой стакан' },
  },
  {
    words: term(
      'correlat\\p{L}*|pairs? trad\\p{L}*|arbitrage|cointegrat\\p{L}*|spread between|арбитраж\\p{L}*|коррел\\p{L}*|парн\\p{L}* торговл\\p{L}*',
    ),
    name: { en: 'other symbols', ru: 'другие инструменты' },
  },
  {
    words: term(
      'options?|calls?|puts?|straddles?|strangles?|implied volatility|опцион\\p{L}*|стрэддл\\p{L}*',
    ),
    name: { en: 'options', ru: 'опционы' },
  },
  {
    words: term(
      'machine learning|neural|lstm|deep learning|ai|gpt|chatgpt|predict\\p{L}*|нейро\\p{L}*|машинн\\p{L}* обучени\\p{L}*|предска\\p{L}*',
    ),
    name: { en: 'machine learning', ru: 'машинное обучение' },
  },
  {
    words: term(
      'earnings|dividends?|on-?chain|whales?|dominance|halving|отчетност\\p{L}*|дивиденд\\p{L}*|кит(?:ы|ов)|халвинг\\p{L}*',
    ),
    name: { en: 'fundamentals and on-chain data', ru: 'фундаментальные данные и данные блокчейна' },
  },
];

/** Names of the topics in the idea that no family can serve. */
export function foreignTopics(idea: IdeaText): Localised[] {
  return topics.filter(({ words }) => idea.has(words)).map(({ name }) => name);
}
