import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import manifest from '../../package.json' with { type: 'json' };
import { declareHostTests, runInHost } from './support/inHost.ts';

/*
 * The client of the language server in an extension that has nothing else, so that tests start, break and
 * stop it as they like. What package.json says of Guardian is there as it ships.
 */
const dist = join(import.meta.dirname, '../../dist');
const extensionFolder = await mkdtemp(join(tmpdir(), 'strategy-lab-guardian-'));
const folder = await mkdtemp(join(tmpdir(), 'strategy-lab-workspace-'));
const { configuration, configurationDefaults } = manifest.contributes;

await cp(join(dist, 'server.js'), join(extensionFolder, 'dist/server.js'));
await cp(join(dist, 'rules'), join(extensionFolder, 'dist/rules'), { recursive: true });
await writeFile(
  join(extensionFolder, 'package.json'),
  JSON.stringify({
    name: 'guardian-alone',
    publisher: 'strategy-lab',
    version: '0.0.1',
    engines: { vscode: '*' },
    type: 'module',
    contributes: { configuration, configurationDefaults },
  }),
);
declareHostTests(
  await runInHost({
    tests: [join(import.meta.dirname, 'host/guardian.ts')],
    extensionFolder,
    folder,
    env: { GUARDIAN_SERVER: join(extensionFolder, 'dist/server.js') },
  }),
);
await rm(extensionFolder, { recursive: true });
await rm(folder, { recursive: true });
