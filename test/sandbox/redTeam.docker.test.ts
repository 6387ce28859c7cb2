import { describe, expect, it } from 'vitest';
import type { DockerRuntime } from '../../sandbox/containerOptions.ts';
import { runInSandbox } from '../../sandbox/session.ts';
import { dockerBackend, marketsOf, newOwner, randomWalk, runRequest, testDocker } from './support.ts';

/**
 * Overflows the stack in all depths while Node formats an error, until the error that comes out is of the
 * runner's own realm; then it hangs itself between the runner and the bars through that realm's arrays.
 */
const escapeStrategy = `
import { defineStrategy } from 'strategy-lab';

let stolen: unknown = null;
let foreign: any;
function overflow(left: { count: number }) {
  try { overflow(left); } catch {}
  if (foreign !== undefined || left.count-- <= 0) return;
  try { new TypeError('x').stack; } catch (error) { if (!(error instanceof Error)) foreign = error; }
}
function breakOut(log: (message: string) => void) {
  for (let attempt = 0; attempt < 50 && foreign === undefined; attempt++) overflow({ count: 3000 });
  log(foreign === undefined ? 'nothing foreign' : 'foreign');
  if (foreign === undefined) return;
  const HostError = Object.getPrototypeOf(foreign.constructor);
  let HostArray: any;
  HostError.prepareStackTrace = (_: unknown, calls: any) => { HostArray = calls.constructor; };
  foreign.stack;
  const { entries } = HostArray.prototype;
  HostArray.prototype.entries = function () {
    const realm = this[0];
    if (realm?.feed !== undefined && stolen === null) {
      const { feed } = realm;
      realm.feed = (columns: Float64Array, count: number) => {
        stolen = columns[5 * count - 1];
        return feed(columns, count);
      };
    }
    return entries.call(this);
  };
}

export default defineStrategy({
  name: 'Escape',
  setup() {},
  next({ bar, log }) {
    if (bar.index === 0) {
      try { breakOut(log); } catch (error) { log(String(error)); }
    }
    if (bar.index === 500) log('the last close of this chunk: ' + stolen);
  },
});
`;

for (const runtime of ['runc', 'runsc'] satisfies DockerRuntime[]) {
  describe(`a strategy under ${runtime}`, () => {
    it('cannot use an error of the runner itself to reach bars that it has not been shown', async () => {
      const backend = dockerBackend(testDocker(), runtime, newOwner());
      const markets = marketsOf(randomWalk(1000));
      const { log } = await runInSandbox(
        runRequest(backend, escapeStrategy, { markets, chunks: [400, 600] }),
      );
      expect(log.at(-1)).toBe('the last close of this chunk: null');
    });
  });
}
