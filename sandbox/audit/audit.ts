import { LabError } from '../../extension/contracts/errors.ts';
import type { IsolationLevel } from '../../extension/contracts/isolation.ts';
import type { StrategyLanguage } from '../../extension/contracts/strategyLanguage.ts';
import { probeBackends } from '../probe.ts';
import type { AuditedBackend, AuditFinding } from './abuse.ts';
import { auditProcesses, takesOver } from './processAbuses.ts';
import { auditStrategies } from './strategyAbuses.ts';

export interface BackendAudit {
  readonly backend: string;
  readonly level: IsolationLevel;
  /** Why it was not audited; null where it was. */
  readonly problem: string | null;
  /** Why nothing was tried as a strategy in Python; null where it was. */
  readonly pythonProblem: string | null;
  readonly findings: readonly AuditFinding[];
}

export interface AuditOptions {
  readonly backends: readonly AuditedBackend[];
  /** SHA-256 of what this lab runs strategies of each language with. */
  readonly engineHashes: Readonly<Record<StrategyLanguage, string>>;
  readonly signal: AbortSignal;
  readonly onFinding: (backend: string, finding: AuditFinding) => void;
}

const mebibyte = 1_048_576;
const pythonMemory = 192 * mebibyte;

/**
 * Tries the abuses of hostile code on every backend of this machine that is there, the strongest first: as a
 * strategy, and as a process that has taken over its sandbox. What is not there is named with its reason.
 * @throws LabError `cancelled`
 */
export async function auditSandboxes({
  backends,
  engineHashes,
  signal,
  onFinding,
}: AuditOptions): Promise<BackendAudit[]> {
  const audits: BackendAudit[] = [];
  for (const { name, level, state, problem } of await probeBackends(backends, signal)) {
    signal.throwIfAborted();
    const backend = backends.find((each) => each.name === name);
    if (backend === undefined || state === 'unavailable') {
      audits.push({ backend: name, level, problem, pythonProblem: problem, findings: [] });
      continue;
    }
    await backend.prepare(signal);
    const findings: AuditFinding[] = [];
    const take = (finding: AuditFinding): void => {
      findings.push(finding);
      onFinding(name, finding);
    };
    const memoryBytes = (level === 'preview' ? 32 : 128) * mebibyte;
    const audit = { backend, signal, onFinding: take };
    const engineHash = engineHashes.javascript;
    await auditStrategies({ ...audit, language: 'javascript', engineHash, memoryBytes });
    const pythonProblem = await problemOfPython(backend, signal);
    if (pythonProblem === null) {
      const means = { engineHash: engineHashes.python, memoryBytes: pythonMemory };
      await auditStrategies({ ...audit, ...means, language: 'python' });
    }
    if (takesOver(backend)) {
      await auditProcesses({ ...audit, backend });
    }
    audits.push({ backend: name, level, problem: null, pythonProblem, findings });
  }
  return audits;
}

/** Makes what runs Python in a sandbox ready, and tells why it cannot. @throws LabError `cancelled` */
async function problemOfPython(backend: AuditedBackend, signal: AbortSignal): Promise<string | null> {
  if (!backend.languages?.includes('python')) return 'It runs no Python.';
  try {
    await backend.prepare(signal, 'python');
    return null;
  } catch (error) {
    if (!LabError.is(error) || error.reason === 'cancelled') throw error;
    return error.message;
  }
}
