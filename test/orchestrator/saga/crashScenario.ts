import { randomUUID } from 'node:crypto';
import {
  appendFileSync,
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import type { Decision, SagaView } from '../../../extension/contracts/saga.ts';
import type { SagaDefinition } from '../../../extension/orchestrator/saga/definition.ts';
import type { SagaEngine } from '../../../extension/orchestrator/saga/engine.ts';

const inputSchema = z.object({ number: z.number().int(), text: z.string() });
export type CrashInput = z.infer<typeof inputSchema>;

const resultSchema = z.object({ effect: z.string(), text: z.string() });

interface Kind {
  readonly gates: readonly string[];
  readonly failingStep?: string;
  readonly decisions: readonly Decision[];
  readonly state: string;
  /** Text of the last step, where the saga completes. */
  readonly text?: string;
  /** Step and generation of the effects that stand at the end, and of those that were undone. */
  readonly standing: readonly string[];
  readonly undone: readonly string[];
}

const first = ['a-1', 'b-1', 'c-1', 'd-1', 'e-1', 'f-1'];

/** Five ways that a saga can take; what each comes to is written down here and not computed. */
export const kinds: readonly Kind[] = [
  { gates: [], decisions: [], state: 'completed', text: '>abcdef', standing: first, undone: [] },
  {
    gates: [],
    failingStep: 'd',
    decisions: [],
    state: 'failed',
    standing: [],
    undone: ['a-1', 'b-1', 'c-1', 'd-1'],
  },
  {
    gates: ['c', 'e'],
    decisions: [
      { action: 'approve' },
      { action: 'fix', patch: { text: 'new ', restartAt: 'b' } },
      { action: 'approve' },
      { action: 'approve' },
    ],
    state: 'completed',
    text: '>abcdef new ',
    standing: ['a-1', 'b-2', 'c-2', 'd-2', 'e-2', 'f-1'],
    undone: ['b-1', 'c-1', 'd-1', 'e-1'],
  },
  {
    gates: ['e'],
    decisions: [{ action: 'reject' }],
    state: 'rejected',
    standing: [],
    undone: first.slice(0, 5),
  },
  {
    gates: ['e'],
    decisions: [{ action: 'rollback', to: 'b' }, { action: 'approve' }, { action: 'approve' }],
    state: 'completed',
    text: '>abcdef',
    standing: ['a-1', 'b-1', 'c-2', 'd-2', 'e-2', 'f-1'],
    undone: ['c-1', 'd-1', 'e-1'],
  },
];

export function kindOf(number: number): Kind {
  const kind = kinds[number % kinds.length];
  if (kind === undefined) throw new Error(`there is no kind for ${number}`);
  return kind;
}

/** A saga whose steps each make one file under `folder`, as an effect outside the journal. */
export function crashDefinition(folder: string): SagaDefinition<CrashInput> {
  mkdirSync(folder, { recursive: true });
  const names = ['a', 'b', 'c', 'd', 'e', 'f'];
  return {
    name: 'crash',
    version: 1,
    inputSchema,
    gates: [],
    steps: names.map((name, index) => ({
      name,
      resultSchema,
      run: async ({ input, idempotencyKey, result, putArtefact }) => {
        const effect = makeEffect(folder, idempotencyKey);
        await putArtefact('effect', 'text/plain', effect);
        if (kindOf(input.number).failingStep === name) throw new Error('broken');
        const before = names[index - 1];
        const text = before === undefined ? '>' : result(before, resultSchema).text;
        return { effect, text: `${text}${name}${name === 'f' ? input.text : ''}` };
      },
      compensate: async ({ idempotencyKey }) => undoEffect(folder, idempotencyKey),
    })),
    onFix: async (patch, input) => {
      const { text, restartAt } = z.object({ text: z.string(), restartAt: z.string() }).parse(patch);
      return { input: { ...input, text: ` ${text}` }, restartAt };
    },
  };
}

const fileOf = (folder: string, key: string) => join(folder, key.replaceAll('/', '_'));

/** Makes the effect once, however often it is asked for, and gives its content. Each call leaves a line behind. */
function makeEffect(folder: string, key: string): string {
  const file = fileOf(folder, key);
  appendFileSync(`${file}.calls`, 'call\n');
  const draft = `${file}.${randomUUID()}.draft`;
  writeFileSync(draft, randomUUID());
  if (!existsSync(file)) linkSync(draft, file);
  rmSync(draft);
  return readFileSync(file, 'utf8');
}

function undoEffect(folder: string, key: string): void {
  const file = fileOf(folder, key);
  if (existsSync(file)) renameSync(file, `${file}.undone`);
}

/** Contents of the effects of a saga that stand and those that were undone, by step and generation. */
export function effectsOf(folder: string, id: string) {
  const standing: Record<string, string> = {};
  const undone: Record<string, string> = {};
  const calls: Record<string, number> = {};
  for (const file of readdirSync(folder).sort()) {
    const [, step, generation, ending] = /^(?:.*)_([a-f])_(\d+)(\.calls|\.undone|)$/.exec(file) ?? [];
    if (!file.startsWith(`${id}_`) || ending === undefined) continue;
    const name = `${step}-${generation}`;
    const content = readFileSync(join(folder, file), 'utf8');
    if (ending === '.calls') calls[name] = content.split('\n').length - 1;
    else if (ending === '.undone') undone[name] = content;
    else standing[name] = content;
  }
  return { standing, undone, calls };
}

/** Takes a saga to its end: runs it and decides at each gate what its kind says. */
export async function drive(engine: SagaEngine, id: string, number: number): Promise<SagaView> {
  for (;;) {
    const view = await engine.run(id);
    if (view.waitingFor === null) return view;
    const decision = kindOf(number).decisions[view.decisions.length];
    if (decision === undefined) throw new Error(`saga ${number} waits at ${view.waitingFor} once too often`);
    await engine.decide(id, { ...decision, at: view.waitingFor });
  }
}
