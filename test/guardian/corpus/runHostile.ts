import { LabError, type LabErrorReason } from '../../../extension/contracts/errors.ts';
import { defaultLimits } from '../../../sandbox/sandbox.ts';
import { runInSandbox } from '../../../sandbox/session.ts';
import { marketsOf, quickjsBackend, randomWalk, runRequest } from '../../sandbox/support.ts';

const backend = quickjsBackend();
const markets = marketsOf(randomWalk(600));
const limits = { ...defaultLimits, answerMilliseconds: 10_000 };

/**
 * How a run of a strategy in the preview sandbox ends, whatever Guardian says of it: by the reason of its
 * failure, or `harmless` where it came to the end of the bars, having found nothing to get hold of.
 */
export async function runHostile(source: string): Promise<LabErrorReason | 'harmless'> {
  try {
    await runInSandbox(runRequest(backend, source, { markets, limits }));
    return 'harmless';
  } catch (error) {
    if (error instanceof LabError) return error.reason;
    throw error;
  }
}
