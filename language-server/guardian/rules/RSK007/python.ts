import type { PythonSubject } from '../../python/subject.ts';
import type { Found } from '../../rule.ts';

const mostParameters = 5;

export function check({ strategy: { parameters, params } }: PythonSubject, found: Found): void {
  if (!parameters || !params || parameters.size <= mostParameters) return;
  const place = { start: params.start, end: params.start + 1 };
  found(place, `The strategy has ${parameters.size} parameters to fit.`);
}
