import { nodePath } from '../../sandbox/containerOptions.ts';
import { defaultLimits } from '../../sandbox/sandbox.ts';
import { bubblewrapBackend, newOwner } from './support.ts';

/* A host that starts an endless sandbox in namespaces, says so, and waits to be killed. */
const loop = "require('node:fs').writeSync(1, 'x'); for (;;); /* doomed */";
await bubblewrapBackend(newOwner(), [nodePath, '-e', loop]).start({
  limits: defaultLimits,
  label: 'doomed',
  onOutput: () => process.stdout.write('started\n'),
  signal: new AbortController().signal,
});
setInterval(() => {}, 1000);
