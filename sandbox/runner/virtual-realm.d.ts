/** Made by the build: the text of `realm.ts` as one script, and its SHA-256 in hex. */
declare module 'virtual:realm' {
  export const realmSource: string;
  export const realmHash: string;
}

/** Made by the build: the SHA-256 in hex of the runner's files for Python, as pythonRunner.json has them. */
declare module 'virtual:python-runner' {
  export const pythonRunnerHash: string;
}

declare module 'virtual:host-engine' {
  /** SHA-256 of the host's sources that the numbers of a search come of. */
  export const hostEngineHash: string;
}
