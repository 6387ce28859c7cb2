/** How many calls share a script at most: others wait while it runs. */
const mostAtOnce = 25;

/**
 * Gathers the calls of one turn into as few as possible; `run` answers each of them, in their order. `shareOf` tells
 * which share of what one script takes a call needs: those of a script are 1 at most, or it is alone.
 */
export function coalesce<Call, Answer>(
  run: (calls: readonly Call[]) => Promise<readonly Answer[]>,
  shareOf: (call: Call) => number = () => 0,
): (call: Call) => Promise<Answer> {
  let gathered: { call: Call; settled: PromiseWithResolvers<Answer> }[] = [];
  let taken = 0;
  const send = async () => {
    const sent = gathered;
    gathered = [];
    taken = 0;
    if (sent.length === 0) return;
    try {
      const answers = await run(sent.map(({ call }) => call));
      sent.forEach(({ settled }, index) => {
        settled.resolve(answers[index] as Answer);
      });
    } catch (error) {
      for (const { settled } of sent) settled.reject(error);
    }
  };
  return (call) => {
    const settled = Promise.withResolvers<Answer>();
    const share = shareOf(call);
    if (gathered.length === mostAtOnce || taken + share > 1) void send();
    taken += share;
    if (gathered.push({ call, settled }) === 1) queueMicrotask(() => void send());
    return settled.promise;
  };
}
