import type { HealthReport } from '../contracts/health.ts';
import type { LabMoment } from '../reports/dashboard/snapshot.ts';
import type { LabHost } from './labHost.ts';

/** To ask all parts takes a while, and is work for them: the finding serves so long. */
const healthMilliseconds = 30_000;

/** Reads the lab of this window for the dashboard; answers null where there is none yet. */
export function labReader(
  host: LabHost,
  clock: () => number,
): (isThorough: boolean) => Promise<LabMoment | null> {
  let kept: { readonly time: number; readonly report: Promise<HealthReport> } | undefined;
  return async (isThorough) => {
    if (!host.isThere) return null;
    const runs = await host.list();
    const { instruments, health } = await host.lab();
    const now = clock();
    if (kept === undefined || isThorough || Math.abs(now - kept.time) >= healthMilliseconds) {
      kept = { time: now, report: health.report() };
    }
    const [queue, journalBytes, report] = await Promise.all([
      instruments.readQueue(),
      instruments.journalBytes(),
      kept.report,
    ]);
    const { version, openedTime, recent } = instruments;
    return {
      version,
      now,
      openedTime,
      runs,
      queue,
      sandboxes: instruments.readSandboxes(),
      sandboxStartMedian: recent.sandboxStartMedian,
      requestP95: recent.requestP95,
      agents: recent.agents,
      venues: instruments.venues(),
      journalBytes,
      health: report,
    };
  };
}
