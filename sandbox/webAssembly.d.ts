/** The part of WebAssembly that the project uses: Node's types know its names alone. */
declare namespace WebAssembly {
  const Module: new (bytes: Uint8Array) => Module;
  interface Memory {
    readonly buffer: ArrayBuffer;
  }
  const Memory: new (pages: { initial: number; maximum: number }) => Memory;
  function compile(bytes: Uint8Array): Promise<Module>;
}
