/** The text of the module `virtual:realm`: the sandbox realm's code as `realmSource`, its SHA-256 as `realmHash`. */
export function realmModule(): Promise<string>;

/** Whether dist/ was built from the sources as they are now. */
export function isBuilt(): boolean;
