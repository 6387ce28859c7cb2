import { registerHooks } from 'node:module';
import { realmModule } from '../../build.mjs';
import manifest from '../../package.json' with { type: 'json' };

const realmUrl = 'virtual:realm';

/** Gives sources that run under Node directly what the build gives to bundles. */
export async function bindBuildModules(): Promise<void> {
  const source = await realmModule();
  Object.assign(globalThis, { __LAB_VERSION__: manifest.version });
  registerHooks({
    resolve: (specifier, context, next) =>
      specifier === realmUrl ? { url: realmUrl, shortCircuit: true } : next(specifier, context),
    load: (url, context, next) =>
      url === realmUrl ? { format: 'module', source, shortCircuit: true } : next(url, context),
  });
}
