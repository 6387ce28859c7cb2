import { registerHooks } from 'node:module';
import { isAbsolute } from 'node:path';
import { pathToFileURL } from 'node:url';
import { realmModule } from '../../build.mjs';
import { guardianModule } from '../../language-server/ruleFiles.mjs';
import manifest from '../../package.json' with { type: 'json' };

const realm = 'virtual:realm';
const guardian = 'virtual:guardian/';

/** Gives sources that run under Node directly what the build gives to bundles. */
export async function bindBuildModules(): Promise<void> {
  const realmSource = await realmModule();
  Object.assign(globalThis, { __LAB_VERSION__: manifest.version });
  registerHooks({
    resolve(specifier, context, next) {
      if (specifier === realm || specifier.startsWith(guardian))
        return { url: specifier, shortCircuit: true };
      const isRuleFile = context.parentURL?.startsWith(guardian) && isAbsolute(specifier);
      return next(isRuleFile ? pathToFileURL(specifier).href : specifier, context);
    },
    load(url, context, next) {
      if (url !== realm && !url.startsWith(guardian)) return next(url, context);
      const source = url === realm ? realmSource : guardianModule(url.slice(guardian.length));
      return { format: 'module', source, shortCircuit: true };
    },
  });
}
