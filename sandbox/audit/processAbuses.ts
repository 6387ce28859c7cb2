import * as z from 'zod';
import { LabError } from '../../extension/contracts/errors.ts';
import { nodePath } from '../containerOptions.ts';
import { defaultLimits, type ExitFacts, type SandboxLimits } from '../sandbox.ts';
import type { AuditedBackend, AuditFinding, Threat } from './abuse.ts';

interface ProcessAbuse {
  readonly id: string;
  readonly threat: Threat;
  readonly tried: string;
}

/** What a process can try to reach, with the answers that show that it could not. */
const reaches: readonly (ProcessAbuse & { readonly code: string; readonly refused: RegExp })[] = [
  {
    id: 'user',
    threat: 'sandbox escape',
    tried: 'to be the root user',
    code: 'process.getuid()',
    refused: /^65534$/,
  },
  {
    id: 'capabilities',
    threat: 'sandbox escape',
    tried: 'to hold a capability of the kernel',
    // Where nothing tells, one of them is used.
    code: "status === null ? process.setgroups([0]) : field('CapEff') + field('CapBnd')",
    refused: /^(0+|EPERM|EACCES)$/,
  },
  {
    id: 'root-folder',
    threat: 'sandbox escape',
    tried: 'to write into the root folder',
    code: "fs.writeFileSync('/audit', 'x')",
    refused: /^(EROFS|EACCES)$/,
  },
  {
    id: 'kernel-settings',
    threat: 'sandbox escape',
    tried: 'to change a setting of the kernel',
    code: "fs.writeFileSync('/proc/sys/kernel/hostname', 'x')",
    refused: /^(EROFS|EACCES|ENOENT)$/,
  },
  {
    id: 'docker-socket',
    threat: 'sandbox escape',
    tried: 'to find the socket of Docker',
    code: "fs.existsSync('/var/run/docker.sock') || fs.existsSync('/run/docker.sock')",
    refused: /^false$/,
  },
  {
    id: 'shell',
    threat: 'command injection',
    tried: 'to start a shell',
    code: "spawnSync('/bin/sh', ['-c', 'id']).error.code",
    refused: /^(ENOENT|EACCES)$/,
  },
  {
    id: 'own-program',
    threat: 'command injection',
    tried: 'to start a program that it has written',
    code: `(fs.writeFileSync('/tmp/program', '#!${nodePath}\\\\n', { mode: 0o755 }), spawnSync('/tmp/program').error.code)`,
    refused: /^EACCES$/,
  },
  {
    id: 'passwords',
    threat: 'credential theft',
    tried: 'to read the passwords of the system',
    code: "fs.readFileSync('/etc/shadow', 'utf8')",
    refused: /^(ENOENT|EACCES)$/,
  },
  {
    id: 'environment',
    threat: 'credential theft',
    tried: 'to read secrets in the environment',
    code: "Object.keys(process.env).filter((name) => !/^(PATH|HOSTNAME|HOME|TZ|PWD)$/.test(name)).join() || 'none'",
    refused: /^none$/,
  },
  {
    id: 'interfaces',
    threat: 'credential theft',
    tried: 'to find an interface to a network',
    code: "Object.keys(require('node:os').networkInterfaces()).filter((name) => name !== 'lo').join() || 'none'",
    refused: /^(none|ERR_SYSTEM_ERROR)$/,
  },
  {
    id: 'disk',
    threat: 'resource starvation',
    tried: 'to write 64 MB to the disk',
    code: "fs.writeFileSync('/tmp/fill', Buffer.alloc(64 * 1024 * 1024))",
    refused: /^(ENOSPC|EFBIG)$/,
  },
];

/** Addresses that a process can try to connect to: the internet, the data of a cloud, the host. */
const addresses = [
  { id: 'internet', tried: 'to connect to the internet', host: '93.184.216.34', port: 80 },
  { id: 'cloud', tried: 'to read the credentials of a cloud', host: '169.254.169.254', port: 80 },
  { id: 'host', tried: 'to connect to the host', host: '172.17.0.1', port: 2375 },
] as const;

const reachScript = `
const fs = require('node:fs');
const net = require('node:net');
const dns = require('node:dns');
const { spawnSync } = require('node:child_process');
let status = null;
try { status = fs.readFileSync('/proc/self/status', 'utf8'); } catch {}
const field = (name) => new RegExp('^' + name + ':\\\\s*(.*)$', 'm').exec(status)?.[1]?.trim();
const found = {};
const attempt = (id, work) => {
  try { found[id] = String(work()).slice(0, 200); } catch (error) { found[id] = error.code ?? error.message; }
};
${reaches.map(({ id, code }) => `attempt(${JSON.stringify(id)}, () => ${code});`).join('\n')}
const connect = ({ id, host, port }) => new Promise((done) => {
  const socket = net.connect({ host, port, timeout: 3000 });
  socket.on('connect', () => done((found[id] = 'connected')));
  socket.on('timeout', () => done((found[id] = 'timeout')));
  socket.on('error', ({ code }) => done((found[id] = code)));
});
const resolve = () => new Promise((done) => {
  dns.resolve('example.org', (error) => done((found.names = error === null ? 'resolved' : error.code)));
});
Promise.all([...${JSON.stringify(addresses)}.map(connect), resolve()]).then(() => {
  fs.writeSync(1, JSON.stringify(found));
  process.exit(0);
});
`;

const unreachable = /^(ENETUNREACH|EHOSTUNREACH|ECONNREFUSED|EACCES|EPERM|EINVAL)$/;

const connections = addresses.map(({ id, tried }) => ({
  id,
  threat: 'credential theft' as const,
  tried,
  refused: unreachable,
}));

const names = {
  id: 'names',
  threat: 'credential theft',
  tried: 'to send data out as a question for a name',
  refused: /^(?!resolved$)/,
} as const;

/** Code that tries to bring down more than itself, and the ends that show that it could not. */
const bombs: readonly (ProcessAbuse & {
  readonly script: string;
  readonly limits?: Partial<SandboxLimits>;
  readonly holds: (facts: ExitFacts) => boolean;
})[] = [
  {
    id: 'memory',
    threat: 'resource starvation',
    tried: 'to fill three times its memory from outside the heap',
    limits: { memoryBytes: 64 * 1_048_576 },
    script: `
const kept = [];
for (let i = 0; i < 25; i++) kept.push(Buffer.alloc(8 * 1024 * 1024, 1));
process.exit(kept.length === 25 ? 42 : 1);`,
    holds: ({ code }) => code !== 42 && code !== 0,
  },
  {
    id: 'processes',
    threat: 'resource starvation',
    tried: 'to start 400 processes',
    script: `
const { spawn } = require('node:child_process');
for (let i = 0; i < 400; i++) {
  spawn(process.execPath, ['-e', 'setTimeout(() => {}, 60000)'], { stdio: 'ignore' })
    .on('error', () => process.exit(7));
}
setTimeout(() => process.exit(42), 10000);`,
    holds: ({ code }) => code !== 42 && code !== 0,
  },
  {
    id: 'inodes',
    threat: 'resource starvation',
    tried: 'to make 200,000 files in 96 MB',
    limits: { memoryBytes: 96 * 1_048_576 },
    // Some count files, others their memory.
    script: `
const fs = require('node:fs');
try { for (let i = 0; i < 200000; i++) fs.writeFileSync('/tmp/' + i, ''); } catch { process.exit(7); }
process.exit(42);`,
    holds: ({ code }) => code !== 42 && code !== 0,
  },
  {
    id: 'error-flood',
    threat: 'denial of service',
    tried: 'to flood the log of the host',
    script: "for (;;) require('node:fs').writeSync(2, Buffer.alloc(65536, 65));",
    holds: ({ killedBy }) => killedBy === 'output',
  },
  {
    id: 'stubborn',
    threat: 'denial of service',
    tried: 'to live on when it is told to end',
    script: "process.on('SIGTERM', () => {}); process.on('SIGINT', () => {}); setInterval(() => {}, 1000);",
    limits: { answerMilliseconds: 1500 },
    holds: ({ killedBy }) => killedBy === 'timeout',
  },
];

const foundSchema = z.record(z.string(), z.string().max(300));
const longestOutput = 65_536;

type TakenOver = Required<AuditedBackend>;

/** True for a backend whose sandboxes are processes. */
export function takesOver(backend: AuditedBackend): backend is TakenOver {
  return backend.startTakenOver !== undefined;
}

export interface ProcessAudit {
  readonly backend: TakenOver;
  readonly signal: AbortSignal;
  readonly onFinding: (finding: AuditFinding) => void;
}

/**
 * Tries what a process tries that has broken out of its realm and owns the sandbox.
 * @throws LabError `cancelled`
 */
export async function auditProcesses(audit: ProcessAudit): Promise<void> {
  await tryReach(audit);
  for (const { id, threat, tried, script, limits, holds } of bombs) {
    const given = { ...defaultLimits, answerMilliseconds: 20_000, ...limits };
    const ended = await runScript(audit, script, given).catch(whyNotTried);
    const finding: Pick<AuditFinding, 'verdict' | 'seen'> =
      typeof ended === 'string'
        ? { verdict: 'unknown', seen: ended }
        : { verdict: holds(ended.facts) ? 'held' : 'failed', seen: textOf(ended.facts) };
    audit.onFinding({ id, threat, tried, ...finding });
  }
}

/** What a sandbox that could not be started says. @throws any other error */
function whyNotTried(error: unknown): string {
  if (LabError.is(error, 'sandbox.unavailable')) return error.message;
  throw error;
}

async function tryReach(audit: ProcessAudit): Promise<void> {
  const ended = await runScript(audit, reachScript, defaultLimits).catch(whyNotTried);
  const found = typeof ended === 'string' ? {} : readFound(ended.output);
  const why = typeof ended === 'string' ? ended : `no answer: ${textOf(ended.facts)}`;
  for (const { id, threat, tried, refused } of [...reaches, ...connections, names]) {
    const answer = found[id];
    if (answer === undefined) {
      audit.onFinding({ id, threat, tried, verdict: 'unknown', seen: why });
      continue;
    }
    audit.onFinding({ id, threat, tried, verdict: refused.test(answer) ? 'held' : 'failed', seen: answer });
  }
}

function readFound(output: string): Record<string, string> {
  try {
    const found = foundSchema.safeParse(JSON.parse(output));
    return found.success ? found.data : {};
  } catch {
    return {};
  }
}

async function runScript(
  { backend, signal }: ProcessAudit,
  script: string,
  limits: SandboxLimits,
): Promise<{ readonly output: string; readonly facts: ExitFacts }> {
  const pieces: Uint8Array[] = [];
  let length = 0;
  const onOutput = (bytes: Uint8Array): void => {
    length += bytes.length;
    if (length <= longestOutput) pieces.push(bytes.slice());
  };
  const options = { limits, label: 'audit', onOutput, signal };
  const sandbox = await backend.startTakenOver([nodePath, '-e', script], options);
  const timer = setTimeout(() => void sandbox.kill('timeout'), limits.answerMilliseconds);
  const onAbort = () => void sandbox.kill('cancelled');
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    const facts = await sandbox.exit;
    signal.throwIfAborted();
    return { output: Buffer.concat(pieces).toString(), facts };
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', onAbort);
    await sandbox.dispose();
  }
}

function textOf({ code, memoryExceeded, killedBy }: ExitFacts): string {
  if (memoryExceeded) return 'ended by its limit of memory';
  if (killedBy !== null) return `ended by the lab (${killedBy})`;
  return code === null ? 'ended' : `ended with code ${code}`;
}
