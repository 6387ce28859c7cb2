import { fileURLToPath } from 'node:url';
import { runInNewContext } from 'node:vm';
import variant from '@jitl/quickjs-wasmfile-release-sync';
import { build } from 'esbuild';
import { newQuickJSWASMModuleFromVariant } from 'quickjs-emscripten-core';
import { expect, it } from 'vitest';

const entry = fileURLToPath(new URL('../support/indicatorBits.ts', import.meta.url));

it('every indicator has the same bits in V8 and in QuickJS', async () => {
  const { outputFiles } = await build({
    entryPoints: [entry],
    bundle: true,
    write: false,
    format: 'iife',
    globalName: 'bits',
    platform: 'neutral',
    target: 'es2022',
    logLevel: 'silent',
  });
  const script = `${outputFiles[0]?.text}\nbits.indicatorBits(500, 77);`;
  const ofV8 = String(runInNewContext(script)).split('\n');

  const quickjs = await newQuickJSWASMModuleFromVariant(variant);
  const context = quickjs.newContext();
  const ofQuickJs = context.unwrapResult(context.evalCode(script)).consume((text) => context.getString(text));
  context.dispose();
  expect(ofQuickJs.split('\n')).toEqual(ofV8);
  expect(new Set(ofV8.map((line) => line.split(' ').at(-1))).size).toBeGreaterThan(150);
});
