import type { SagaView } from '../../contracts/saga.ts';
import { generateSagaName } from './contracts.ts';

/**
 * SHA-256 of the strategies that an agent wrote in a run, all generations: Guardian hears no suppression
 * in them. A file that a person edited has another hash, and a fix by a file is a person's.
 */
export function agentSourceHashes({ name, steps, decisions }: SagaView): string[] {
  if (name !== generateSagaName) return [];
  const code = steps.find((step) => step.name === 'code');
  if (code === undefined) return [];
  return [...code.earlier, code]
    .filter(({ startedTime }) => {
      const fix = decisions.findLast(({ action, time }) => action === 'fix' && time <= (startedTime ?? 0));
      return fix?.target !== 'code';
    })
    .flatMap(({ artefacts }) => artefacts.map(({ hash }) => hash));
}
