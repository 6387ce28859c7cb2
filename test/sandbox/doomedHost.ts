import { defaultLimits } from '../../sandbox/sandbox.ts';
import { dockerBackend, newOwner, testDocker } from './support.ts';

/* A host that starts an endless sandbox, says whose it is, and waits to be killed. */
const owner = newOwner();
const loop = ['/usr/local/bin/node', '-e', 'for (;;);'];
await dockerBackend(testDocker(), 'runc', owner, loop).start({
  limits: defaultLimits,
  label: 'doomed',
  onOutput: () => {},
  signal: new AbortController().signal,
});
process.stdout.write(`${owner.session}\n`);
setInterval(() => {}, 1000);
