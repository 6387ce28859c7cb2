/** The text of the module `virtual:realm`: the sandbox realm's code as `realmSource`, its SHA-256 as `realmHash`. */
export function realmModule(): Promise<string>;

/**
 * The text of a module that the build makes, by its name after `virtual:`: `realm`, `python-runner` with the SHA-256 of the
 * files of the runner for Python as `pythonRunnerHash`, `guardian/facts` with the
 * facts of Guardian's rules, `guardian/javascript` with the checks of those that judge it.
 */
export function virtualModule(name: string): Promise<string>;

/** Whether dist/ was built from the sources as they are now. */
export function isBuilt(): boolean;
