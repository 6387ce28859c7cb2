import { join } from 'node:path';
import { declareHostTests, runInHost } from './support/inHost.ts';
import { packagedExtension } from './support/packagedExtension.ts';
import { makeStrategyWorkspace } from './support/workspace.ts';

const { folder: extensionFolder } = await packagedExtension();
const workspace = await makeStrategyWorkspace();
declareHostTests(
  await runInHost({
    tests: [join(import.meta.dirname, 'host/restricted.ts')],
    extensionFolder,
    folder: workspace.folder,
    isTrusted: false,
  }),
);
await workspace.remove();
