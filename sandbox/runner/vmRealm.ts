import { type Context, constants, createContext, Script } from 'node:vm';
import { scriptName } from './prepare.ts';
import type { Guest } from './realm.ts';
import type { Realm } from './runnerCore.ts';

export interface VmRealms {
  create(strategyScript: string): Realm;
  /**
   * The same for a rehearsal with a script of ours: once it is disposed of, its realm is the next one, where all
   * that it has run is compiled and nothing of it is kept.
   */
  createForRehearsal(strategyScript: string): Realm;
}

/** Makes realms of Node's own engine: a fresh context each, without code generation and without tasks. */
export function createVmRealms(realmSource: string): VmRealms {
  const realmScript = new Script(
    `(function () { 'use strict'; ${realmSource}\nreturn strategyLabRealm.createGuest; })()`,
    { filename: 'realm.js' },
  );
  const makeGuest = (): PreparedGuest => {
    const context = createContext(constants.DONT_CONTEXTIFY, {
      codeGeneration: { strings: false, wasm: false },
      microtaskMode: 'afterEvaluate',
    });
    const createGuest = realmScript.runInContext(context) as () => Guest;
    return { context, guest: createGuest() };
  };
  let rehearsed: PreparedGuest | undefined;
  const createIn = (prepared: PreparedGuest, strategySource: string, dispose: () => void): Realm => {
    const { context, guest } = prepared;
    // Compiled after the realm is hardened; a syntax error that only the engine finds is thrown here.
    const strategyScript = new Script(strategySource, { filename: scriptName });
    const moduleFunction = strategyScript.runInContext(context) as Parameters<Guest['load']>[0];
    return {
      load: () => String(guest.load(moduleFunction)),
      begin: (request) => String(guest.begin(request)),
      feed(block) {
        copyInto(guest.allocate(block.length), block);
        return Number(guest.feed());
      },
      intents: (length) => copyOf(guest.intents(), length),
      plots: (length) => copyOf(guest.plots(), length),
      fills: () => Number(guest.fills()),
      fillHashHigh: () => Number(guest.fillHashHigh()),
      fillHashLow: () => Number(guest.fillHashLow()),
      failure: () => String(guest.failure()),
      log: () => String(guest.log()),
      logDropped: () => Number(guest.logDropped()),
      refusals: () => String(guest.refusals()),
      refused: () => Number(guest.refused()),
      dispose,
    };
  };
  return {
    create(strategyScript) {
      const guest = rehearsed ?? makeGuest();
      rehearsed = undefined;
      return createIn(guest, strategyScript, () => undefined);
    },
    createForRehearsal(strategyScript) {
      const guest = rehearsed ?? makeGuest();
      return createIn(guest, strategyScript, () => {
        rehearsed = guest;
      });
    },
  };
}

interface PreparedGuest {
  readonly context: Context;
  readonly guest: Guest;
}

// The arrays belong to the guest: they are used through this realm's own functions alone.
const setArray = Float64Array.prototype.set;

function copyInto(target: Float64Array, source: Float64Array): void {
  Reflect.apply(setArray, target, [source]);
}

function copyOf(source: Float64Array, length: number): Float64Array {
  const copy = new Float64Array(length);
  for (let index = 0; index < length; index++) copy[index] = Number(source[index]);
  return copy;
}
