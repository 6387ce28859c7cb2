import { afterEach, expect, test } from 'vitest';
import { pythonTemplate, typeScriptTemplate } from '../../extension/editor/commands/strategyTemplates.ts';
import { guard } from '../../language-server/guardian/guard.ts';
import { frameTypes } from '../../sandbox/frames.ts';
import { hasPython } from '../runner/python/engine/python.ts';
import { PythonRunner } from '../runner/python/pythonRunner.ts';
import { barsFrame, LocalRunner } from '../runner/support/host.ts';

let runner = undefined as PythonRunner | undefined;
afterEach(() => runner?.kill());

const values = { fast: 10, slow: 30, stop: 5 };
const names = ['my-strategy', 'none', 'a_1', 'Strategy'];

test.each(names)('a new file in TypeScript, named %s, has no findings and runs', (name) => {
  const source = typeScriptTemplate(name);
  expect(guard(source, { author: 'person' })).toEqual([]);
  const local = new LocalRunner();
  local.begin(source, [values]);
  expect(local.ask(barsFrame(0, 100)).type).toBe(frameTypes.intents);
});

test.skipIf(!hasPython).each(names)(
  'a new file in Python, named %s, has no findings and runs',
  async (name) => {
    const source = pythonTemplate(name);
    expect(guard(source, { author: 'person', language: 'python' })).toEqual([]);
    runner = new PythonRunner();
    expect((await runner.load(source))['description']).toMatchObject({ name });
    await runner.begin({ sets: [values] });
    expect((await runner.ask(barsFrame(0, 100))).type).toBe(frameTypes.intents);
  },
);
