import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { hostileWorker } from '../sandbox/hostileRunner.ts';
import { cacheFolder } from '../sandbox/support.ts';
import { call, crossing, newFolder, program, writeMarket, writeStrategy } from './program.ts';

/** A build whose preview runner sends bytes that are no answer. */
const hostileBuild = join(cacheFolder, 'hostile-build');
let folder: Awaited<ReturnType<typeof newFolder>>;
let market: string;
let strategy: string;

beforeAll(async () => {
  folder = await newFolder();
  market = await writeMarket(folder.path);
  strategy = await writeStrategy(folder.path, 'crossing', crossing);
  await mkdir(cacheFolder, { recursive: true });
  await rm(hostileBuild, { recursive: true, force: true });
  await cp(dirname(program), hostileBuild, { recursive: true });
  const worker = hostileWorker('alert', "lie.intents = () => Buffer.from('\\u001b[31mthis is no answer');");
  await writeFile(join(hostileBuild, 'hostile.cjs'), await readFile(worker));
  await writeFile(join(hostileBuild, 'previewWorker.js'), "import './hostile.cjs';\n");
});
afterAll(async () => {
  await folder.remove();
  await rm(hostileBuild, { recursive: true, force: true });
});

const lab = (args: readonly string[], hostile = false) =>
  call(args, { folder: folder.path, ...(hostile && { program: join(hostileBuild, 'cli.js') }) });

const backtest = (): string[] => ['backtest', strategy, '--data', market];

test('a good run tells what was seen of its sandboxes, in its document, its text and its report', async () => {
  const answer = await lab([...backtest(), '--json']);
  expect(answer.code, answer.stderr).toBe(0);
  const result = JSON.parse(answer.stdout);
  expect(result.sandbox).toMatchObject({
    exit: 'finished',
    sandboxes: 2,
    stderrBytes: 0,
    logLinesDropped: 0,
  });
  expect(result.sandbox.receivedBytes).toBeGreaterThan(1000);
  expect(result.sandboxAlerts).toBeUndefined();
  const report = await readFile(result.report, 'utf8');
  expect(report).toContain('sandbox.receivedBytes');
  expect(report).not.toContain('Sandbox alert');
  const text = await lab(backtest());
  expect(text.stdout).toContain('Sandboxes that ended after their last answer: 2');
});

test('a sandbox that sends what is no answer raises an alert, which stays on record and is counted', async () => {
  const failed = await lab([...backtest(), '--json'], true);
  expect(failed.code).toBe(1);
  const line = failed.stderr.split('\n').find((each) => each.includes('Sandbox alert'));
  expect(line).toContain('Sandbox alert sandbox.protocol under quickjs (preview)');
  expect(failed.stderr).not.toContain('\u001b[31m');
  const document = JSON.parse(failed.stdout);
  expect(document.error.reason).toBe('sandbox.protocol');
  expect(document.sandboxAlerts).toMatchObject([
    {
      reason: 'sandbox.protocol',
      isolation: { level: 'preview', backend: 'quickjs' },
      exit: { killedBy: 'protocol' },
    },
  ]);
  const { runs } = JSON.parse((await lab(['status', '--json'])).stdout);
  const { id } = runs.find(({ state }: { state: string }) => state === 'failed');
  const shown = await lab(['show', id]);
  expect(shown.stdout).toContain('Evidence:  Sandbox alert sandbox.protocol');
  const { alerts } = JSON.parse((await lab(['show', id, '--json'])).stdout);
  expect(alerts).toMatchObject([{ reason: 'sandbox.protocol', generation: 1 }]);
  const doctor = JSON.parse((await lab(['doctor', '--json'])).stdout);
  expect(doctor.sandbox_escape_attempts_total).toEqual({ 'sandbox.protocol': 1 });
  expect((await lab(['doctor'])).stdout).toContain('on record: 1 (sandbox.protocol 1).');
});

test('forensics without a daemon that traces is refused', async () => {
  const { runs } = JSON.parse((await lab(['status', '--json'])).stdout);
  const answer = await lab(['sandbox', 'forensics', runs[0].id, '--json']);
  expect(answer.code).toBe(1);
  expect(JSON.parse(answer.stdout).error.reason).toBe('sandbox.unavailable');
});
