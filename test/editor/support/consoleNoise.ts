/** Errors that this VS Code logs without the network or on a busy machine, whatever extension it runs. */
const noise = [
  // The marketplace, and the sign-in that Copilot waits for.
  /open-vsx\.org/,
  /ENOTFOUND|ERR_NAME_NOT_RESOLVED/,
  /Timed out waiting for authentication provider 'github'/,
  // A part of VS Code that only Microsoft's own builds have.
  /node_modules\/vsda\//,
  // A window that is loaded again has closed its storage before it logs that.
  /IndexedDB database 'vscode-web-db' is closed/,
  /Long running operations during shutdown are unsupported in the web/,
  // Some extension of VS Code itself, on a machine that is busy: ours does nothing before a file is saved.
  /Aborted onWillSaveTextDocument-event after \d+ms/,
];

export function isKnownNoise(text: string): boolean {
  return noise.some((pattern) => pattern.test(text));
}
