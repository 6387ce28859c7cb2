import {
  type JSValueConstPointer,
  newQuickJSWASMModuleFromVariant,
  type QuickJSContext,
  type QuickJSHandle,
  type QuickJSRuntime,
  type QuickJSSyncVariant,
  type QuickJSWASMModule,
  StaticLifetime,
} from 'quickjs-emscripten-core';
import { previewMemoryExit } from './previewProtocol.ts';
import { partsOf, type RealmImage } from './realmImage.ts';
import { scriptName } from './runner/prepare.ts';
import type { Guest } from './runner/realm.ts';
import type { Realm } from './runner/runnerCore.ts';

/** Fits into the thread's own stack with room to spare. */
const stackBytes = 512 * 1024;
const pageBytes = 65_536;
/** Pages of memory that the interpreter asks for, and those that it can use. */
const firstPages = 256;
const mostPages = 32_768;
/** Share of the memory limit from which on a failure counts as running out of it. */
const nearlyAll = 0.9;

// The interpreter hands out copies of its memory alone, so numbers are moved by functions of its own.
const copyInCode = '(target, source) => { target.set(new Float64Array(source)); }';
const copyOutCode = '(array, length) => array.slice(0, length).buffer';

/**
 * A fresh memory for an interpreter, which cannot grow beyond the limit: the interpreter's own count leaves out
 * what arrays of numbers hold.
 */
export function newMemory(memoryBytes: number): WebAssembly.Memory {
  const maximum = Math.min(mostPages, Math.max(firstPages, Math.floor(memoryBytes / pageBytes)));
  return new WebAssembly.Memory({ initial: firstPages, maximum });
}

/** An interpreter with a context in it that holds what moves numbers; the same steps lead to the same addresses. */
async function openInterpreter(variant: QuickJSSyncVariant) {
  const module = await newQuickJSWASMModuleFromVariant(variant);
  const runtime = module.newRuntime();
  runtime.setMaxStackSize(stackBytes);
  return { module, runtime, ...openContext(runtime) };
}

function openContext(runtime: QuickJSRuntime) {
  const context = runtime.newContext();
  const copyIn = context.unwrapResult(context.evalCode(copyInCode, 'copy.js'));
  const copyOut = context.unwrapResult(context.evalCode(copyOutCode, 'copy.js'));
  return { context, copyIn, copyOut };
}

function makeGuest(context: QuickJSContext, realmSource: string): QuickJSHandle {
  const code = `(function () { 'use strict'; ${realmSource}\nreturn strategyLabRealm.createGuest; })()`;
  const createGuest = context.unwrapResult(context.evalCode(code, 'realm.js'));
  return createGuest.consume((create) =>
    context.unwrapResult(context.callFunction(create, context.undefined)),
  );
}

/** Makes a memory that of the image, and returns the guest in it. */
function guestOf(
  image: RealmImage,
  { buffer }: WebAssembly.Memory,
  runtime: QuickJSRuntime,
  { copyIn, copyOut }: Pick<OpenRealm, 'copyIn' | 'copyOut'>,
): QuickJSHandle {
  if (copyIn.value !== image.copyIn || copyOut.value !== image.copyOut) {
    throw new Error('the image is of an interpreter with other addresses');
  }
  const memory = new Uint8Array(buffer);
  for (const { address, bytes } of image.parts) memory.set(bytes, address);
  return new StaticLifetime(image.guest as JSValueConstPointer, runtime);
}

export interface QuickJsRealmsOptions {
  readonly variant: QuickJSSyncVariant;
  /** Memory to begin with; without it the realm is made anew. */
  readonly image: RealmImage | undefined;
  readonly realmSource: string;
  readonly memoryBytes: number;
}

/** What the driver of a realm holds. */
interface OpenRealm {
  readonly context: QuickJSContext;
  readonly guest: QuickJSHandle;
  readonly copyIn: QuickJSHandle;
  readonly copyOut: QuickJSHandle;
}

/** Makes realms of QuickJS in an interpreter of their own: a context each, all under one limit of memory. */
export class QuickJsRealms {
  readonly #module: QuickJSWASMModule;
  readonly #runtime: QuickJSRuntime;
  readonly #realmSource: string;
  readonly #memoryBytes: number;
  /** The realm of the image, until a strategy takes it. */
  #first: OpenRealm | undefined;

  private constructor(
    module: QuickJSWASMModule,
    runtime: QuickJSRuntime,
    first: OpenRealm,
    { realmSource, memoryBytes }: QuickJsRealmsOptions,
  ) {
    this.#module = module;
    this.#runtime = runtime;
    this.#first = first;
    this.#realmSource = realmSource;
    this.#memoryBytes = memoryBytes;
    runtime.setMemoryLimit(memoryBytes);
  }

  /** Starts a fresh interpreter with one realm in it. */
  static async open(options: QuickJsRealmsOptions): Promise<QuickJsRealms> {
    const { variant, image, realmSource } = options;
    const { module, runtime, ...held } = await openInterpreter(variant);
    const guest =
      image === undefined
        ? makeGuest(held.context, realmSource)
        : guestOf(image, module.getWasmMemory(), runtime, held);
    return new QuickJsRealms(module, runtime, { ...held, guest }, options);
  }

  /** What others can begin with, as long as no strategy has come. @throws Error where one has */
  image(): RealmImage {
    if (this.#first === undefined) throw new Error('a strategy has come');
    const { guest, copyIn, copyOut } = this.#first;
    const parts = partsOf(this.#module.getWasmMemory().buffer);
    return { guest: guest.value, copyIn: copyIn.value, copyOut: copyOut.value, parts };
  }

  /** Bytes of the interpreter's memory, which never shrinks. */
  get memorySize(): number {
    return this.#module.getWasmMemory().buffer.byteLength;
  }

  /** A realm with the prepared strategy compiled in it. @throws Error with the parser's message */
  create(strategyScript: string): Realm {
    const { context, guest, copyIn, copyOut } = this.#first ?? this.#openRealm();
    this.#first = undefined;
    const take = (result: ReturnType<QuickJSContext['evalCode']>): QuickJSHandle => {
      if (result.error === undefined) return result.value;
      this.#endWhereMemoryIsOut();
      throw new Error(messageOf(context, result.error));
    };
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

  #openRealm(): OpenRealm {
    try {
      const { context, copyIn, copyOut } = openContext(this.#runtime);
      return { context, copyIn, copyOut, guest: makeGuest(context, this.#realmSource) };
    } catch (error) {
      this.#endWhereMemoryIsOut();
      throw error;
    }
  }

  /**
   * Ends the worker when a failure came with the memory all but used up: inside, it looks like any other
   * exception. The size of the memory is the highest that was reached.
   */
  #endWhereMemoryIsOut(): void {
    if (this.memorySize >= this.#memoryBytes * nearlyAll) process.exit(previewMemoryExit);
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
