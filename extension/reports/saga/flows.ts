import * as z from 'zod';
import { optimisationSummarySchema } from '../../contracts/report.ts';
import type { FlowModel } from '../../contracts/sagaPanel.ts';
import { leastTrades } from '../../evaluation/search/choice.ts';
import { metricLabel } from '../metricTexts.ts';
import type { Words } from './say.ts';
import type { Results } from './stepReading.ts';

/** A place of a flow and how many come to it from the place before. */
interface Branch {
  readonly id: string;
  readonly label: string;
  readonly fate: 'kept' | 'dropped';
  readonly count: number;
  readonly branches?: readonly Branch[];
}

/** A flow that divides: each place hands all that comes to it on to its branches, or keeps it. Pure. */
export function divide(
  head: { readonly id: string; readonly title: string; readonly summary: string },
  source: { readonly label: string; readonly branches: readonly Branch[] },
): FlowModel {
  const nodes: FlowModel['nodes'] = [{ id: 'source', label: source.label, fate: 'source' }];
  const flows: FlowModel['flows'] = [];
  const visit = (from: string, branches: readonly Branch[]) => {
    for (const { id, label, fate, count, branches: further = [] } of branches) {
      if (count === 0) continue;
      nodes.push({ id, label, fate });
      flows.push({ from, to: id, count });
      visit(id, further);
    }
  };
  visit('source', source.branches);
  return { ...head, nodes, flows };
}

const optimiseSchema = z.object({ optimisation: optimisationSummarySchema });

/** What a search kept and dropped, by the rules that it chose by; null where there was no search. Pure. */
export function searchFlow(results: Results, { say, translate }: Words): FlowModel | null {
  const parsed = optimiseSchema.safeParse(results['optimise']);
  if (!parsed.success) return null;
  const { metric, trials, chosen } = parsed.data.optimisation;
  const label = translate(metricLabel(metric));
  const counts = { chosen: 0, keptBase: 0, fewTrades: 0, noMetric: 0, lower: 0, equal: 0 };
  const best = trials[chosen]?.inSample[metric];
  for (const [index, { inSample }] of trials.entries()) {
    const value = inSample[metric] ?? null;
    const isJudged = (inSample['trades'] ?? 0) >= leastTrades && value !== null;
    if (index === chosen) counts[isJudged ? 'chosen' : 'keptBase'] += 1;
    else if ((inSample['trades'] ?? 0) < leastTrades) counts.fewTrades += 1;
    else if (value === null) counts.noMetric += 1;
    else counts[value === best ? 'equal' : 'lower'] += 1;
  }
  const judged = counts.chosen + counts.lower + counts.equal;
  const summary =
    counts.keptBase === 0
      ? say('flowSummary', trials.length, judged)
      : say('flowSummaryKeptBase', trials.length);
  return divide(
    { id: 'search', title: say('flowTitle'), summary },
    {
      label: say('flowTried'),
      branches: [
        {
          id: 'judged',
          label: say('flowJudged', label),
          fate: 'kept',
          count: judged,
          branches: [
            { id: 'chosen', label: say('flowChosen'), fate: 'kept', count: counts.chosen },
            { id: 'lower', label: say('flowLower', label), fate: 'dropped', count: counts.lower },
            { id: 'equal', label: say('flowEqual', label), fate: 'dropped', count: counts.equal },
          ],
        },
        { id: 'kept-base', label: say('flowKeptBase'), fate: 'kept', count: counts.keptBase },
        {
          id: 'few-trades',
          label: say('flowFewTrades', leastTrades),
          fate: 'dropped',
          count: counts.fewTrades,
        },
        { id: 'no-metric', label: say('flowNoMetric', label), fate: 'dropped', count: counts.noMetric },
      ],
    },
  );
}
