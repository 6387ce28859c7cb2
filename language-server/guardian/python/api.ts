import { indicatorMembers } from '../javascript/indicatorApi.ts';
import { type ApiMember, type ApiType, apiMembers } from '../javascript/strategyApi.ts';

/** The Python name of a name of the strategy API: `isFlat` is `is_flat`, `spanA` is `span_a`. */
export function pythonName(name: string): string {
  return name.replace(/([a-z0-9])([A-Z])/g, '$1_$2').toLowerCase();
}

function renamed(members: Readonly<Record<string, ApiMember>>): Readonly<Record<string, ApiMember>> {
  return Object.fromEntries(Object.entries(members).map(([name, member]) => [pythonName(name), member]));
}

/** The members of each object of the API under their Python names. Lists are Python's own. */
export const pythonMembers = Object.fromEntries(
  Object.entries(apiMembers).map(([type, members]) => [type, renamed(members)]),
) as Readonly<Record<ApiType, Readonly<Record<string, ApiMember>>>>;

/** What `lab` has, in both phases. */
export const labMembers: Readonly<Record<'setup' | 'next', Readonly<Record<string, ApiMember>>>> = {
  setup: pythonMembers.SetupContext,
  next: pythonMembers.NextContext,
};

/** Every name of the API. */
export const pythonApiNames: readonly string[] = [
  ...new Set([
    ...Object.entries(pythonMembers).flatMap(([type, members]) =>
      type === 'Markets' || type === 'SetupMarkets' ? [] : Object.keys(members),
    ),
    ...Object.keys(indicatorMembers).map(pythonName),
    'setup',
    'next',
    'signals',
  ]),
];
