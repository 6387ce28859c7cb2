const parts = ['FullYear', 'Month', 'Date', 'Day', 'Hours', 'Minutes', 'Seconds', 'Milliseconds'];

/** Members that depend on the zone or the language of the machine, with their replacement where there is one. */
export const localTimeMembers: ReadonlyMap<string, string | undefined> = new Map([
  ...parts.map((part) => [`get${part}`, `getUTC${part}`] as const),
  ...parts.filter((part) => part !== 'Day').map((part) => [`set${part}`, `setUTC${part}`] as const),
  ['getYear', 'getUTCFullYear'],
  ['setYear', 'setUTCFullYear'],
  ['getTimezoneOffset', undefined],
  ['toDateString', 'toISOString'],
  ['toTimeString', 'toISOString'],
  ['toGMTString', 'toUTCString'],
  ['toLocaleString', undefined],
  ['toLocaleDateString', undefined],
  ['toLocaleTimeString', undefined],
  ['toLocaleLowerCase', 'toLowerCase'],
  ['toLocaleUpperCase', 'toUpperCase'],
  ['localeCompare', undefined],
]);
