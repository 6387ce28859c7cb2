import type { PromptKind } from '../../../extension/contracts/prompt.ts';

/** Marks by which programs tell a model who speaks, and ways by which its answer gets out. */
export const markup: readonly (readonly [PromptKind, RegExp])[] = [
  ['template', /<\|[a-z][a-z0-9_ -]{1,30}\|>/gi],
  [
    'template',
    /<\/?\s*(?:system|assistant|instructions?|system[-_ ]?prompt|tool_call|function_calls?|developer|important_instructions)\b[^<>]{0,80}>/gi,
  ],
  ['template', /\[\/?(?:INST|SYS|SYSTEM|ASSISTANT|SYSTEM_PROMPT|AVAILABLE_TOOLS|TOOL_CALLS)\]/g],
  ['template', /<<\/?SYS>>/gi],
  ['template', /<(?:start|end)_of_turn>/gi],
  ['template', /<[｜|](?:begin|end)[▁_](?:of|sentence)[^<>]{0,20}[｜|]>/gi],
  ['template', /^\s*#{1,6}\s*(?:system|instructions?|assistant|user|human|response)\s*:/gim],
  ['template', /["'](?:role)["']\s*:\s*["'](?:system|assistant|developer|tool)["']/gi],
  [
    'template',
    /^[\s*"'`>-]*(?:system|developer)(?:\s+(?:prompt|message|override|note))?\s*:\s*(?:you\b|ignore\b|disregard\b|approve\b|always\b|never\b|new\b|from now\b|do not\b|the (?:user|reviewer|assistant)\b|ты\b|вы\b|игнорируй|одобри)/gim,
  ],
  [
    'template',
    /^[\s*"'`>-]*(?:система|системное сообщение|разработчик)\s*:\s*(?:(?:новые\s+(?:правила|инструкции|указания)\s*[,:.]\s*)?(?:всегда\s+отвечай|игнорируй|забудь|одобри|отвечай)|(?:ты|вы)\s)/gim,
  ],
  ['template', /^[\s>]*(?:human|user)\s*:.*\n[\s>]*(?:assistant|ai)\s*:/gim],
  [
    'template',
    /-{2,}\s*(?:begin|end)\s+(?:system|new|developer)\s+(?:prompt|instructions?|message)\s*-{2,}/gi,
  ],
  ['exfiltration', /!\[[^\]]{0,200}\]\(\s*https?:\/\/[^)\s]{1,400}[?=][^)]{0,400}\)/gi],
  ['exfiltration', /<img\b[^>]{0,200}\bsrc\s*=\s*["']?https?:\/\/[^>\s]{0,400}\?/gi],
  [
    'hidden',
    /<!--(?=[^>]{0,400}\b(?:ai|llm|model|assistant|reviewer|system|instructions?|prompt)\b)[^>]{4,400}-->/gi,
  ],
];
