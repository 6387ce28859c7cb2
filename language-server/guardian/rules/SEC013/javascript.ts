import type { Subject } from '../../javascript/subject.ts';
import { textOf } from '../../javascript/texts.ts';
import type { Found } from '../../rule.ts';

const phrases: readonly RegExp[] = [
  /\b(?:ignore|disregard|forget|override)\s+(?:all\s+|any\s+|the\s+|your\s+|these\s+|every\s+)*(?:previous|prior|above|earlier|preceding|other|system|safety|guardian|review)\b[^.\n]{0,30}\b(?:instructions?|rules?|prompts?|messages?|findings?|checks?|guidelines?|warnings?)/i,
  /\b(?:already|previously|fully)\s+(?:been\s+)?(?:reviewed|approved|audited|verified|vetted)\b/i,
  /\b(?:as an?|dear|attention|note to|hey|hello|instructions? (?:to|for))\s+(?:the\s+)?(?:ai|llm|language model|assistant|reviewer|review(?:ing)? (?:agent|model)|gpt|claude|copilot)\b/i,
  /\b(?:ai|llm|gpt|claude|model|assistant|reviewer|agent)s?\s*[,:]\s*(?:please\s+)?(?:approve|accept|skip|ignore|pass|return|answer|rate|say)\b/i,
  /\b(?:approve|accept|pass)\s+(?:this|the)\s+(?:strategy|code|file|review|proposal)\b/i,
  /\b(?:do not|don't|never)\s+(?:flag|report|reject|review|mention|lint)\b/i,
  /\b(?:you are|act as|pretend to be)\s+(?:now\s+)?(?:an?\s+|the\s+)?(?:ai|assistant|reviewer|developer|admin|system|helpful|unrestricted|dan)\b/i,
  /<\/?(?:system|assistant|instructions?)>|\[\/?(?:INST|SYS)\]|<\|im_(?:start|end)\|>/i,
  /(?:^|[\s*"'`])system\s*(?:prompt)?\s*:\s*\S/i,
  /(?:игнорируй(?:те)?|проигнорируй(?:те)?|забудь(?:те)?|не\s+учитывай(?:те)?|отбрось(?:те)?)\s+(?:все|всё|любые|эти|свои|прежние|предыдущие|прошлые|остальные|правила|инструкции|замечания|указания)/iu,
  /(?:уже|полностью)\s+(?:был[аои]?\s+)?(?:проверен|одобрен|просмотрен|утвержд[её]н|проревьюен)/iu,
  /(?:проверено|одобрено|утверждено)\s+(?:ревьюером|службой|экспертом|человеком|командой|безопасностью)/iu,
  /(?:уважаемый|внимание|для|привет)[\s,]+(?:ии|нейросет\p{L}*|модел\p{L}*|ассистент\p{L}*|ревьюер\p{L}*|рецензент\p{L}*)(?![\p{L}])/iu,
  /(?:одобри|прими|пропусти)(?:те|ть)?\s+(?:эту|этот|эт[ау]|данн\p{L}+|стратеги\p{L}+|код|файл|проверку)/iu,
  /не\s+(?:сообщай|отклоняй|помечай|проверяй|отмечай|докладывай)(?:те)?(?![\p{L}])/iu,
  /(?:ты|вы)\s+(?:теперь\s+)?(?:—\s*|-\s*)?(?:ассистент|ревьюер|рецензент|модель|ии|нейросеть|администратор)(?![\p{L}])/iu,
];

/** Comments and texts that speak to a reviewing model, in English and in Russian. */
export function check({ tree, comments }: Subject, found: Found): void {
  const message = 'This text speaks to a reviewer and not to the reader of the code.';
  for (const comment of comments) {
    if (!speaks(comment.text)) continue;
    found(comment, message, { fix: { title: 'Delete the comment', newText: '' } });
  }
  for (const node of tree.nodes) {
    const text = textOf(node) ?? '';
    if (text.length > 8 && speaks(text)) found(node, message);
  }
}

/** True for a text that speaks to a reviewing model. */
export function speaks(text: string): boolean {
  const plain = text.slice(0, 20_000).replace(/[\s*/_-]+/g, ' ');
  return phrases.some((phrase) => phrase.test(plain));
}
