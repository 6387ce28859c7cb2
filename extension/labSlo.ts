import type { SagaEvent, SagaView } from './contracts/saga.ts';
import type { SloReport } from './contracts/slo.ts';
import { sloReport } from './observability/slo/report.ts';
import { type WorkHistory, workOfSaga } from './observability/slo/work.ts';

export interface SloSources {
  /** All sagas. */
  readonly list: () => Promise<readonly Pick<SagaView, 'id' | 'state' | 'updatedTime'>[]>;
  /** All events of one. */
  readonly history: (id: string) => Promise<{ readonly events: readonly SagaEvent[] }>;
}

/**
 * How well the lab kept its promises in the window. Sagas that nothing happened to since its begin are left out,
 * but for those that a crash left behind.
 */
export async function labSlo(
  sources: SloSources,
  window: { readonly from: number; readonly to: number },
): Promise<SloReport> {
  const histories: WorkHistory[] = [];
  for (const { id, state, updatedTime } of await sources.list()) {
    if (updatedTime < window.from && state !== 'interrupted') continue;
    const { events } = await sources.history(id);
    histories.push(workOfSaga(events, state !== 'interrupted'));
  }
  return sloReport(histories, window);
}
