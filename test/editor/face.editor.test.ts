import { join } from 'node:path';
import { declareHostTests, runInHost } from './support/inHost.ts';
import { packagedExtension } from './support/packagedExtension.ts';
import { makeStrategyWorkspace } from './support/workspace.ts';

const { folder: extensionFolder } = await packagedExtension();
const workspace = await makeStrategyWorkspace();
declareHostTests(
  await runInHost({
    tests: [join(import.meta.dirname, 'host/face.ts')],
    extensionFolder,
    folder: workspace.folder,
    settings: { 'files.autoSave': 'off' },
  }),
);
await workspace.remove();
