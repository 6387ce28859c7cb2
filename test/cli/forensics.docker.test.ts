import { afterAll, beforeAll, expect, test } from 'vitest';
import { call, crossing, newFolder, writeMarket, writeStrategy } from './program.ts';

let folder: Awaited<ReturnType<typeof newFolder>>;
const environment = { STRATEGY_LAB_DOCKER_SOCKET: process.env['STRATEGY_LAB_DOCKER_SOCKET'] ?? '' };
beforeAll(async () => {
  folder = await newFolder();
});
afterAll(() => folder.remove());

async function lab(...args: string[]) {
  const answer = await call([...args, '--json'], { folder: folder.path, environment });
  return { ...answer, document: JSON.parse(answer.stdout) };
}

test('a forensic re-run of an honest run finds nothing, and stays with the run without being counted', async () => {
  const market = await writeMarket(folder.path);
  const strategy = await writeStrategy(folder.path, 'crossing', crossing);
  const { document: backtest } = await lab('backtest', strategy, '--data', market);
  const { code, document, stderr } = await lab('sandbox', 'forensics', backtest.run);
  expect(code, stderr).toBe(0);
  expect(document).toMatchObject({
    run: backtest.run,
    runtime: 'runsc-strace',
    ended: 'done',
    message: null,
    isCut: false,
    findings: [],
  });
  expect(document.calls).toBeGreaterThan(20);
  const { document: shown } = await lab('show', backtest.run);
  expect(shown.forensics).toMatchObject([{ runtime: 'runsc-strace', findings: [] }]);
  expect(shown.state).toBe('waiting-for-review');
  const { document: doctor } = await lab('doctor');
  expect(doctor.sandbox_escape_attempts_total).toEqual({});
});
