import { nodePath } from '../containerOptions.ts';

/*
 * The canaries: small programs that try to get past the limits of the sandbox they run in. Each writes a line of
 * JSON for every thing it tried, `[name, value]`, at once, because the next thing may be its end.
 */

/** What the host has set up for a canary to find. */
export interface Bait {
  /** Port of 127.0.0.1 on which the host listens; null where it could not. */
  readonly port: number | null;
  /** Name of an abstract unix socket on which the host listens, without its leading zero; null where it could not. */
  readonly abstractSocket: string | null;
  /** Folders of the host. */
  readonly hostFolders: readonly string[];
}

const say = `
const fs = require('node:fs');
const say = (name, value) => fs.writeSync(1, JSON.stringify([name, value]) + '\\n');
`;

/** Bytes that the canary of files tries to write to /tmp, in files of 1 MB. */
export const writtenMegabytes = 12;

/** Tries files, the network and the processor, then never ends. */
export function reachScript(bait: Bait): string {
  return `${say}
const os = require('node:os');
const net = require('node:net');
const { Worker } = require('node:worker_threads');
say('kernel', os.release() + ' ' + os.version());

const written = [];
const visit = (folder, depth) => {
  const inside = (folder === '/' ? '' : folder) + '/';
  try { fs.writeFileSync(inside + 'strategy-lab-canary', 'x'); written.push(folder); } catch {}
  let names = [];
  try { names = fs.readdirSync(folder, { withFileTypes: true }); } catch {}
  for (const entry of depth > 0 ? names.slice(0, 100) : []) {
    const path = inside + entry.name;
    if (entry.isDirectory() && !/^\\/(tmp$|proc\\/(\\d|self|thread-self|fs|tty))/.test(path)) visit(path, depth - 1);
  }
};
visit('/', 3);
try { fs.writeFileSync('/proc/sys/kernel/hostname', 'canary'); written.push('/proc/sys'); } catch {}
say('written', written);
const seen = ${JSON.stringify(bait.hostFolders)}.filter((path) => {
  try { return fs.readdirSync(path).length > 0; } catch { return false; }
});
try { fs.readFileSync('/etc/shadow'); seen.push('/etc/shadow'); } catch {}
say('seen', seen);
let megabytes = 0;
try {
  for (; megabytes < ${writtenMegabytes}; megabytes++) {
    fs.writeFileSync('/tmp/canary-' + megabytes, Buffer.alloc(1048576, 1));
  }
} catch {}
for (let i = 0; i <= megabytes; i++) fs.rmSync('/tmp/canary-' + i, { force: true });
say('megabytes', megabytes);

const connect = (name, options) => new Promise((done) => {
  let socket;
  const answer = (value) => { say('connect', [name, value]); socket?.destroy(); done(); };
  try {
    socket = net.connect({ ...options, timeout: 1500 });
    socket.on('connect', () => answer('connected'));
    socket.on('timeout', () => answer('timeout'));
    socket.on('error', ({ code }) => answer(code ?? 'error'));
  } catch (error) { answer(error.code ?? 'error'); }
});
const resolve = async () => {
  const { Resolver } = require('node:dns').promises;
  try {
    await new Resolver({ timeout: 1000, tries: 1 }).resolve('example.org');
    say('connect', ['names', 'connected']);
  } catch { say('connect', ['names', 'refused']); }
};
const work = () => { let x = 1; for (let i = 0; i < 20000; i++) x = (x * 31 + i) % 65537; return x; };
const spinner = "const { workerData: [shared, text] } = require('node:worker_threads'); const work = eval(text);" +
  "Atomics.store(shared, 0, 1); while (Atomics.load(shared, 0) < 2) { work(); Atomics.add(shared, 1, 1); }";
/*
 * Processors that two threads get: the work they do by that of one thread in its fastest moment, or what the kernel
 * counts where that is less. A slow machine has no fast moment in so short a time; a kernel that stands still with
 * its sandbox counts that too. And how often they stood still for long, as a kernel makes them once they have had
 * their share of a tenth of a second.
 */
const spin = async (milliseconds) => {
  const shared = new Int32Array(new SharedArrayBuffer(8));
  const worker = new Worker(spinner, { eval: true, workerData: [shared, '(' + work + ')'] });
  worker.on('error', () => {});
  while (Atomics.load(shared, 0) === 0) await new Promise((next) => setTimeout(next, 5));
  let [fastest, pieces, pauses, now] = [Infinity, 0, 0, performance.now()];
  const [from, others, before] = [now, Atomics.load(shared, 1), process.cpuUsage()];
  while (now - from < milliseconds) {
    work();
    const next = performance.now();
    fastest = Math.min(fastest, next - now);
    if (next - now > 30) pauses++;
    [now, pieces] = [next, pieces + 1];
  }
  const all = pieces + Atomics.load(shared, 1) - others;
  const { user, system } = process.cpuUsage(before);
  Atomics.store(shared, 0, 2);
  return [Math.min(all * fastest, (user + system) / 1000) / (now - from), pauses];
};
(async () => {
  let interfaces = [];
  try {
    interfaces = Object.keys(os.networkInterfaces()).filter((name) => name !== 'lo');
  } catch {}
  say('interfaces', interfaces);
  await Promise.all([
    connect('internet', { host: '93.184.216.34', port: 80 }),
    connect('cloud', { host: '169.254.169.254', port: 80 }),
    ${bait.port === null ? '' : `connect('loopback of the host', { host: '127.0.0.1', port: ${bait.port} }),`}
    ${bait.abstractSocket === null ? '' : `connect('abstract socket of the host', { path: '\\0' + ${JSON.stringify(bait.abstractSocket)} }),`}
    ...['/var/run/docker.sock', '/run/docker.sock', '/run/podman/podman.sock'].map((path) => connect(path, { path })),
    resolve(),
  ]);
  say('network', 'tried');
  try { say('processors', await spin(600)); } catch (error) { say('processors', null); }
  say('looping', true);
  for (;;);
})();
`;
}

/** Processes that the canary of processes tries to start: more than any sandbox may have. */
export const triedProcesses = 400;

/** Starts processes that stand still, and says what stopped it, or that nothing did. */
export const processesScript = `${say}
const { spawn } = require('node:child_process');
say('started', true);
const children = [];
const end = (reason) => { say('stopped', [children.length, reason]); process.exit(0); };
const start = () => {
  if (children.length === ${triedProcesses}) return end(null);
  const child = spawn('${nodePath}', ['-e', ''], { stdio: 'ignore', env: {} });
  child.on('error', ({ code }) => end(code ?? 'error'));
  if (child.pid === undefined) return;
  try { process.kill(child.pid, 'SIGSTOP'); } catch {}
  children.push(child);
  setImmediate(start);
};
start();
`;

/** Fills 200 MB with ones. */
export const memoryScript = `${say}
say('started', true);
const kept = [];
for (let i = 0; i < 25; i++) kept.push(Buffer.alloc(8 * 1048576, 1));
say('filled', kept.length);
process.exit(0);
`;
