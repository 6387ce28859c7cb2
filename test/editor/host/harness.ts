import { appendFileSync } from 'node:fs';

/*
 * Tests that run inside an extension host, with the whole `vscode` API. Files register them by `test`, and
 * VS Code calls `run` of their bundle. Each step is written down at once, so that the side outside can
 * tell where a host has crashed.
 */

/** One line of the results file. */
export type HostEvent =
  | { readonly kind: 'start'; readonly name: string }
  | {
      readonly kind: 'end';
      readonly name: string;
      readonly error: string | null;
      readonly milliseconds: number;
    }
  | { readonly kind: 'done' };

type TestBody = () => void | Promise<void>;

interface HostTest {
  readonly name: string;
  readonly body: TestBody;
  readonly milliseconds: number;
}

/** The variable of the environment that names the results file. */
export const resultsVariable = 'STRATEGY_LAB_HOST_RESULTS';
const usualMilliseconds = 60_000;

const tests: HostTest[] = [];

/** Registers a test. Tests run one after another in the order of their registration. */
export function test(name: string, body: TestBody, milliseconds = usualMilliseconds): void {
  tests.push({ name, body, milliseconds });
}

/** Waits until `find` gives something and answers that; fails with `what` where it does not in time. */
export async function until<T>(
  what: string,
  find: () => T | Promise<T>,
  milliseconds = 20_000,
): Promise<Exclude<T, undefined | null | false>> {
  const latest = Date.now() + milliseconds;
  for (;;) {
    const found = await find();
    if (found !== undefined && found !== null && found !== false) {
      return found as Exclude<T, undefined | null | false>;
    }
    if (Date.now() > latest) throw new Error(`Not in ${milliseconds} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** Runs what was registered. */
export async function run(): Promise<void> {
  for (const { name, body, milliseconds } of tests) {
    write({ kind: 'start', name });
    const started = performance.now();
    const error = await errorOf(body, milliseconds);
    write({ kind: 'end', name, error, milliseconds: performance.now() - started });
  }
  write({ kind: 'done' });
}

async function errorOf(body: TestBody, milliseconds: number): Promise<string | null> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new Error(`The test took longer than ${milliseconds} ms.`)),
      milliseconds,
    );
  });
  try {
    await Promise.race([body(), timeout]);
    return null;
  } catch (error) {
    return error instanceof Error ? (error.stack ?? error.message) : String(error);
  } finally {
    clearTimeout(timer);
  }
}

function write(event: HostEvent): void {
  const path = process.env[resultsVariable];
  if (path === undefined) throw new Error(`${resultsVariable} names no file for the results.`);
  appendFileSync(path, `${JSON.stringify(event)}\n`);
}
