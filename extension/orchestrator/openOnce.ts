/** What is opened on first use, once for all who want it. */
export interface OpenOnce<T> {
  /** What failed to open is tried again by the next wish for it: what hindered it may be mended. */
  open(): Promise<T>;
  /** Whether it is open, or being opened. */
  isWanted(): boolean;
  /** What was opened; undefined where nobody wanted it, or it failed. */
  opened(): Promise<T | undefined>;
}

export function openOnce<T>(make: () => Promise<T>): OpenOnce<T> {
  let made: Promise<T> | undefined;
  return {
    open: () => {
      if (made === undefined) {
        const making = make();
        made = making;
        making.catch(() => {
          made = undefined;
        });
      }
      return made;
    },
    isWanted: () => made !== undefined,
    opened: async () => made?.catch(() => undefined),
  };
}
