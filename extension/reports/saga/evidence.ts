import type { ArtefactReference, SagaView } from '../../contracts/saga.ts';
import type { EvidenceView } from '../../contracts/sagaPanel.ts';
import { visibleLine } from '../visible.ts';
import { generationOf } from './history.ts';
import { runKey } from './trace.ts';

/** The evidence of a run of a step, and what of it the run before kept in its place. */
export interface EvidencePair {
  readonly artefact: ArtefactReference;
  readonly earlier: ArtefactReference | null;
}

/** The evidence of each run of a step, by the run's key. Pure. */
export function evidenceByRun(view: SagaView): ReadonlyMap<string, readonly EvidencePair[]> {
  const byRun = new Map<string, readonly EvidencePair[]>();
  for (const step of view.steps) {
    const runs = [...step.earlier, step];
    for (const [index, run] of runs.entries()) {
      const before = runs[index - 1]?.artefacts ?? [];
      byRun.set(
        runKey(step.name, generationOf(step, run)),
        run.artefacts.map((artefact) => ({
          artefact,
          earlier: counterpart(artefact, run.artefacts, before),
        })),
      );
    }
  }
  return byRun;
}

/** By its name, or where names differ, as those of strategy files do, the only one of its kind. */
function counterpart(
  artefact: ArtefactReference,
  own: readonly ArtefactReference[],
  before: readonly ArtefactReference[],
): ArtefactReference | null {
  const named = before.find(({ name }) => name === artefact.name);
  if (named !== undefined) return named;
  const alike = (artefacts: readonly ArtefactReference[]) =>
    artefacts.filter(({ mediaType }) => mediaType === artefact.mediaType);
  const [other, ...others] = alike(before);
  return other !== undefined && others.length === 0 && alike(own).length === 1 ? other : null;
}

export function viewEvidence({ artefact, earlier }: EvidencePair): EvidenceView {
  const { name, mediaType, bytes, hash } = artefact;
  const change = earlier === null ? 'none' : earlier.hash === hash ? 'same' : 'changed';
  return { name: visibleLine(name), mediaType: visibleLine(mediaType), bytes, hash, change };
}
