/** Makes something once for all who ask; what failed is made again for the next who asks. */
export function untilItFails<T>(make: () => Promise<T>): {
  get(): Promise<T>;
} {
  let made: Promise<T> | null = null;
  return {
    get: () => {
      if (made !== null) return made;
      const making = make();
      made = making;
      making.catch(() => {
        if (made === making) made = null;
      });
      return making;
    },
  };
}
