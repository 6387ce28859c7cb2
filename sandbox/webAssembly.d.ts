/** The part of WebAssembly that the host uses: Node's types know its names alone. */
declare namespace WebAssembly {
  const Module: new (bytes: Uint8Array) => Module;
  function compile(bytes: Uint8Array): Promise<Module>;
}
