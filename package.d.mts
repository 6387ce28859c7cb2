export interface PackageOptions {
  /** The VSIX to write. */
  readonly file: string;
  /** A folder that then holds the same, unpacked; it must not exist. */
  readonly folder: string;
}

/** Writes the extension as it ships, from the files that `.vscodeignore` allows. */
export function packageExtension(options: PackageOptions): Promise<void>;
