import type { Subject } from '../../javascript/subject.ts';
import type { Found } from '../../rule.ts';

const mostParameters = 5;

export function check({ strategy: { parameters, params } }: Subject, found: Found): void {
  if (!parameters || !params || parameters.size <= mostParameters) return;
  const place = { start: params.start, end: params.start + 1 };
  found(place, `The strategy has ${parameters.size} parameters to fit.`);
}
