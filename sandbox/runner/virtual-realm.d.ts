/** Made by the build: the text of `realm.ts` as one script, and its SHA-256 in hex. */
declare module 'virtual:realm' {
  export const realmSource: string;
  export const realmHash: string;
}
