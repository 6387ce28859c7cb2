import type {
  QuickJSContext,
  QuickJSHandle,
  QuickJSRuntime,
  QuickJSWASMModule,
} from 'quickjs-emscripten-core';
import { previewMemoryExit } from './previewProtocol.ts';
import { scriptName } from './runner/prepare.ts';
import type { Guest } from './runner/realm.ts';
import type { Realm } from './runner/runnerCore.ts';

/** Fits into the thread's own stack with room to spare. */
const stackBytes = 512 * 1024;
/** Share of the memory limit from which on a failure counts as running out of it. */
const nearlyAll = 0.9;

// The interpreter hands out copies of its memory alone, so numbers are moved by functions of its own.
const copyInCode = '(target, source) => { target.set(new Float64Array(source)); }';
const copyOutCode = '(array, length) => array.slice(0, length).buffer';

/** Makes realms of QuickJS: a context each, all under one limit of memory. */
export class QuickJsRealms {
  readonly #module: QuickJSWASMModule;
  readonly #runtime: QuickJSRuntime;
  readonly #realmCode: string;
  readonly #memoryBytes: number;

  constructor(module: QuickJSWASMModule, realmSource: string, memoryBytes: number) {
    this.#module = module;
    this.#memoryBytes = memoryBytes;
    this.#realmCode = `(function () { 'use strict'; ${realmSource}\nreturn strategyLabRealm.createGuest; })()`;
    this.#runtime = module.newRuntime();
    this.#runtime.setMemoryLimit(memoryBytes);
    this.#runtime.setMaxStackSize(stackBytes);
  }

  /** A realm with the prepared strategy compiled in it. @throws Error with the parser's message */
  create(strategyScript: string): Realm {
    const context = this.#runtime.newContext();
    const take = (result: ReturnType<QuickJSContext['evalCode']>): QuickJSHandle => {
      if (result.error === undefined) return result.value;
      this.#endWhereMemoryIsOut();
      throw new Error(messageOf(context, result.error));
    };
    const copyIn = take(context.evalCode(copyInCode, 'copy.js'));
    const copyOut = take(context.evalCode(copyOutCode, 'copy.js'));
    const createGuest = take(context.evalCode(this.#realmCode, 'realm.js'));
    const guest = take(context.callFunction(createGuest, context.undefined));
    createGuest.dispose();
    // Compiled after the realm is hardened.
    const moduleFunction = take(context.evalCode(strategyScript, scriptName));

    const invoke = (name: keyof Guest, ...values: QuickJSHandle[]): QuickJSHandle => {
      const method = context.getProp(guest, name);
      const result = context.callFunction(method, guest, values);
      method.dispose();
      return take(result);
    };
    const number = (name: keyof Guest): number => invoke(name).consume((value) => context.getNumber(value));
    const text = (name: keyof Guest, ...values: QuickJSHandle[]): string =>
      invoke(name, ...values).consume((value) => context.getString(value));
    const numbers = (name: keyof Guest, length: number): Float64Array => {
      const copy = new Float64Array(length);
      if (length === 0) return copy;
      const array = invoke(name);
      const count = context.newNumber(length);
      const buffer = take(context.callFunction(copyOut, context.undefined, array, count));
      buffer.consume((handle) =>
        context.getArrayBuffer(handle).consume(({ value }) => asBytes(copy).set(value)),
      );
      array.dispose();
      count.dispose();
      return copy;
    };
    const answer = (name: keyof Guest, value: QuickJSHandle): string => {
      const json = value.consume((argument) => text(name, argument));
      if (!json.startsWith('{"ok":true')) this.#endWhereMemoryIsOut();
      return json;
    };

    return {
      load: () => answer('load', moduleFunction),
      begin: (request) => answer('begin', context.newString(request)),
      feed(block) {
        const array = context.newNumber(block.length).consume((value) => invoke('allocate', value));
        const source = context.newArrayBuffer(asBytes(block).slice().buffer);
        take(context.callFunction(copyIn, context.undefined, array, source)).dispose();
        array.dispose();
        source.dispose();
        return number('feed');
      },
      intents: (length) => numbers('intents', length),
      plots: (length) => numbers('plots', length),
      fills: () => number('fills'),
      fillHashHigh: () => number('fillHashHigh'),
      fillHashLow: () => number('fillHashLow'),
      failure: () => {
        this.#endWhereMemoryIsOut();
        return text('failure');
      },
      log: () => text('log'),
      logDropped: () => number('logDropped'),
      refusals: () => text('refusals'),
      refused: () => number('refused'),
      dispose: () => context.dispose(),
    };
  }

  /**
   * Ends the worker when a failure came with the memory all but used up: inside, it looks like any other
   * exception. The memory of WebAssembly never shrinks, so its size is the highest that was reached.
   */
  #endWhereMemoryIsOut(): void {
    const { byteLength } = this.#module.getWasmMemory().buffer;
    if (byteLength >= this.#memoryBytes * nearlyAll) process.exit(previewMemoryExit);
  }
}

function asBytes(numbers: Float64Array): Uint8Array {
  return new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength);
}

function messageOf(context: QuickJSContext, error: QuickJSHandle): string {
  const message = error
    .consume((thrown) => context.getProp(thrown, 'message'))
    .consume((value) => context.getString(value));
  return message.slice(0, 1000);
}
