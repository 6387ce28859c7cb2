/** How many calls share a script at most: others wait while it runs. */
const mostAtOnce = 25;

/** Gathers the calls of one turn into as few as possible; `run` answers each of them, in their order. */
export function coalesce<Call, Answer>(
  run: (calls: readonly Call[]) => Promise<readonly Answer[]>,
): (call: Call) => Promise<Answer> {
  let gathered: { call: Call; settled: PromiseWithResolvers<Answer> }[] = [];
  const send = async () => {
    const sent = gathered;
    gathered = [];
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
    if (gathered.length === mostAtOnce) void send();
    if (gathered.push({ call, settled }) === 1) queueMicrotask(() => void send());
    return settled.promise;
  };
}
