import { existsSync } from 'node:fs';
import { join } from 'node:path';

/*
 * The editor's TypeScript server loads this into every project; those that hold a strategy are given the
 * declarations of `strategy-lab`. What is used of the server is declared here: the package `typescript`
 * declares it no longer.
 */
interface Resolution {
  readonly resolvedModule: object | undefined;
}

interface ProjectHost {
  getScriptFileNames(): string[];
  /** Since TypeScript 5.0. */
  resolveModuleNameLiterals?(
    literals: readonly { readonly text: string }[],
    containingFile: string,
    ...rest: unknown[]
  ): readonly Resolution[];
}

interface CreateInfo {
  readonly languageService: object;
  readonly languageServiceHost: ProjectHost;
  readonly project: { readonly projectService: { readonly logger: { info(line: string): void } } };
}

const moduleName = 'strategy-lab';
const declarationsName = 'strategy-lab.d.ts';
/** Beside the folder that the build puts the plugin into, and in the extension that has it in node_modules. */
const places = [join(__dirname, '..', declarationsName), join(__dirname, '../../dist', declarationsName)];

const strategyFileName = /\.strategy\.(?:ts|js|mts|mjs)$/;
/** The server's name for documents without a file, which it seeks in the folder of the project. */
const untitledFileName = /(?:^|\/)\^\/untitled\//;

/** What the server asks for once. */
export function init(): { create(info: CreateInfo): object } {
  return {
    create({ languageService, languageServiceHost, project }) {
      const declarations = places.find((place) => existsSync(place));
      if (declarations !== undefined) declareModule(languageServiceHost, declarations.replaceAll('\\', '/'));
      else project.projectService.logger.info(`strategy-lab: there is no ${places.join(', ')}.`);
      return languageService;
    },
  };
}

function declareModule(host: ProjectHost, declarations: string): void {
  const fileNames = host.getScriptFileNames.bind(host);
  const hasOwn = (names: readonly string[]) => names.some((name) => name.endsWith(`/${declarationsName}`));

  // The declarations are there before a strategy imports anything, so that its first import is completed.
  host.getScriptFileNames = () => {
    const names = fileNames();
    const isConcerned = names.some((name) => strategyFileName.test(name)) && !hasOwn(names);
    return isConcerned ? [...names, declarations] : names;
  };

  // A strategy that is in the project only because another file imports it, or that has no name yet.
  const resolve = host.resolveModuleNameLiterals?.bind(host);
  if (resolve === undefined) return;
  const resolvedModule = {
    resolvedFileName: declarations,
    extension: '.d.ts',
    isExternalLibraryImport: true,
    resolvedUsingTsExtension: false,
  };
  host.resolveModuleNameLiterals = (literals, containingFile, ...rest) => {
    const resolutions = resolve(literals, containingFile, ...rest);
    const isConcerned = strategyFileName.test(containingFile) || untitledFileName.test(containingFile);
    if (!isConcerned || !literals.some(({ text }) => text === moduleName) || hasOwn(fileNames())) {
      return resolutions;
    }
    return resolutions.map((resolution, index) =>
      literals[index]?.text === moduleName && resolution.resolvedModule === undefined
        ? { ...resolution, resolvedModule }
        : resolution,
    );
  };
}
