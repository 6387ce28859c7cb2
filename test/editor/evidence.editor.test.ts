import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { declareHostTests, runInHost } from './support/inHost.ts';

/* Documents of evidence in an extension that has nothing else: the tests bring the evidence. */
const extensionFolder = await mkdtemp(join(tmpdir(), 'strategy-lab-evidence-'));
const folder = await mkdtemp(join(tmpdir(), 'strategy-lab-workspace-'));
await writeFile(
  join(extensionFolder, 'package.json'),
  JSON.stringify({
    name: 'evidence-alone',
    publisher: 'strategy-lab',
    version: '0.0.1',
    engines: { vscode: '*' },
    type: 'module',
  }),
);
declareHostTests(
  await runInHost({ tests: [join(import.meta.dirname, 'host/evidence.ts')], extensionFolder, folder }),
);
await rm(extensionFolder, { recursive: true });
await rm(folder, { recursive: true });
