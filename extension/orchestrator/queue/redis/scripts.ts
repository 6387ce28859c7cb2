import { library } from './library.ts';
import { upkeepScripts } from './upkeepScripts.ts';
import { workScripts } from './workScripts.ts';

/** The form of the queue's keys; a queue of another form is refused. */
export const keyForm = '1';

const bodies = { ...workScripts, ...upkeepScripts };

export type ScriptName = keyof typeof bodies;

/** What a server that is out of memory takes no more. What it has is worked on all the same. */
const needsRoom: ReadonlySet<ScriptName> = new Set(['enqueue', 'replay']);

/** The parts of the library, in their order, each with what it gives. */
const parts = library
  .split(/\n+(?:--[^\n]*\n)*(?=local )/)
  .map((text) => ({ text, names: (/^local (?:function )?([\w, ]+)/.exec(text)?.[1] ?? '').split(/[, ]+/) }));

/** A body after the parts of the library that it needs: to make one takes the server its time at each call. */
function withLibrary(body: string): string {
  return parts.reduceRight(
    (text, part) =>
      part.names.some((name) => name !== '' && new RegExp(`\\b${name}\\b`).test(text))
        ? `${part.text}\n${text}`
        : text,
    body,
  );
}

/**
 * The whole text of each script. The first line has the server refuse one as a whole, before it does anything, when it
 * could not finish it: without memory, with a disk that fails, as a replica.
 */
export const scripts: ReadonlyMap<ScriptName, string> = new Map(
  (Object.keys(bodies) as ScriptName[]).map((name) => {
    const body = `local function run()${bodies[name]}\nend\nlocal answer = run()\nsettle()\nsave()\nreturn answer`;
    return [name, `#!lua${needsRoom.has(name) ? '' : ' flags=allow-oom'}\n${withLibrary(body)}`];
  }),
);
