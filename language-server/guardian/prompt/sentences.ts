import type { PromptFinding, PromptKind } from '../../../extension/contracts/prompt.ts';

const acts: Readonly<Record<PromptKind, string>> = {
  override: 'tells a model to set its instructions aside',
  role: 'gives a model another role',
  address: 'speaks to a model or a reviewer',
  approval: 'asks a reviewer for approval, or says that there was one',
  suppression: 'asks to keep quiet about findings or to leave checks out',
  exfiltration: 'asks a model to give away its prompt or secrets',
  action: 'asks a model to act outside of its task',
  template: 'holds marks by which models are told who speaks',
  hidden: 'holds text that no reader sees',
};

/** What a finding means, in one sentence. */
export function sentenceOf({ kind, text, encoding }: PromptFinding): string {
  const how = encoding === undefined ? '' : `, written as ${encoding}`;
  return `This ${acts[kind]}${how}: "${text}".`;
}
