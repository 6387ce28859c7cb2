import type { IsolationLevel } from '../../extension/contracts/isolation.ts';
import { probeBackends } from '../probe.ts';
import type { AuditedBackend, AuditFinding } from './abuse.ts';
import { auditProcesses, takesOver } from './processAbuses.ts';
import { auditStrategies } from './strategyAbuses.ts';

export interface BackendAudit {
  readonly backend: string;
  readonly level: IsolationLevel;
  /** Why it was not audited; null where it was. */
  readonly problem: string | null;
  readonly findings: readonly AuditFinding[];
}

export interface AuditOptions {
  readonly backends: readonly AuditedBackend[];
  /** SHA-256 of this lab's realm bundle. */
  readonly engineHash: string;
  readonly signal: AbortSignal;
  readonly onFinding: (backend: string, finding: AuditFinding) => void;
}

const mebibyte = 1_048_576;

/**
 * Tries the abuses of hostile code on every backend of this machine that is there, the strongest first: as a
 * strategy, and as a process that has taken over its sandbox. What is not there is named with its reason.
 * @throws LabError `cancelled`
 */
export async function auditSandboxes({
  backends,
  engineHash,
  signal,
  onFinding,
}: AuditOptions): Promise<BackendAudit[]> {
  const audits: BackendAudit[] = [];
  for (const { name, level, state, problem } of await probeBackends(backends, signal)) {
    signal.throwIfAborted();
    const backend = backends.find((each) => each.name === name);
    if (backend === undefined || state === 'unavailable') {
      audits.push({ backend: name, level, problem, findings: [] });
      continue;
    }
    await backend.prepare(signal);
    const findings: AuditFinding[] = [];
    const take = (finding: AuditFinding): void => {
      findings.push(finding);
      onFinding(name, finding);
    };
    const memoryBytes = (level === 'preview' ? 32 : 128) * mebibyte;
    await auditStrategies({ backend, engineHash, memoryBytes, signal, onFinding: take });
    if (takesOver(backend)) {
      await auditProcesses({ backend, signal, onFinding: take });
    }
    audits.push({ backend: name, level, problem: null, findings });
  }
  return audits;
}
