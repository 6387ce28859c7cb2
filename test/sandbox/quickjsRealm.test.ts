import { readFileSync } from 'node:fs';
import releaseVariant from '@jitl/quickjs-wasmfile-release-sync';
import { newVariant } from 'quickjs-emscripten-core';
import { expect, test } from 'vitest';
import { newMemory, QuickJsRealms } from '../../sandbox/quickjsRealm.ts';
import { partsOf } from '../../sandbox/realmImage.ts';
import { prepareSource } from '../../sandbox/runner/prepare.ts';
import { built, strategyOf } from './support.ts';

const realmSource = readFileSync(built('realm.js'), 'utf8');
const memoryBytes = 64 * 1_048_576;
const pattern = 0x5afe_c0de_5afe_c0den;
/** The number of which the pattern is the bytes. */
const patternNumber = new Float64Array(BigUint64Array.of(pattern).buffer)[0] as number;

/** QuickJS with memories that a test can look into. */
function observedVariant() {
  const memories: WebAssembly.Memory[] = [];
  const variant = newVariant(releaseVariant, {
    wasmModule: new WebAssembly.Module(readFileSync(built('emscripten-module.wasm'))),
    wasmMemory: async () => {
      const memory = newMemory(memoryBytes);
      memories.push(memory);
      return memory;
    },
  });
  return { memories, variant };
}

function preparedScript(source: string): string {
  const prepared = prepareSource(source);
  if (!prepared.ok) throw new Error(prepared.message);
  return prepared.script;
}

test('an interpreter begins with the memory of the image, whatever ran before it', async () => {
  const { memories, variant } = observedVariant();
  const fresh = { variant, image: undefined, realmSource, memoryBytes };
  const options = { ...fresh, image: (await QuickJsRealms.open(fresh)).image() };

  const first = await QuickJsRealms.open(options);
  const before = new Uint8Array(structuredClone((memories.at(-1) as WebAssembly.Memory).buffer));
  const source = `const numbers = new Float64Array(1_000_000).fill(${patternNumber});\n${strategyOf('')}`;
  first.create(preparedScript(source)).load();
  expect(new BigUint64Array((memories.at(-1) as WebAssembly.Memory).buffer)).toContain(pattern);

  await QuickJsRealms.open(options);
  const after = new Uint8Array((memories.at(-1) as WebAssembly.Memory).buffer);
  expect(memories).toHaveLength(3);
  expect(new BigUint64Array(after.buffer)).not.toContain(pattern);
  expect(Buffer.compare(after, before)).toBe(0);
});

test('an image holds all of a memory that is not zero', async () => {
  const { memories, variant } = observedVariant();
  const image = (await QuickJsRealms.open({ variant, image: undefined, realmSource, memoryBytes })).image();
  const [memory] = memories as [WebAssembly.Memory];
  const again = new Uint8Array(memory.buffer.byteLength);
  for (const { address, bytes } of image.parts) again.set(bytes, address);
  expect(Buffer.compare(again, new Uint8Array(memory.buffer))).toBe(0);
  const bytes = image.parts.reduce((sum, part) => sum + part.bytes.length, 0);
  expect(bytes).toBeLessThan(3_000_000);
});

test('the pages of a memory that are not zero come in as few pieces as there are', () => {
  const memory = new Uint8Array(16 * 4096);
  for (const address of [0, 4096, 3 * 4096 + 7, 16 * 4096 - 1]) memory[address] = 1;
  const pieces = partsOf(memory.buffer).map(({ address, bytes }) => [address, bytes.length]);
  expect(pieces).toEqual([
    [0, 2 * 4096],
    [3 * 4096, 4096],
    [15 * 4096, 4096],
  ]);
});
