import type { LabErrorReason } from '../../extension/contracts/errors.ts';

export interface HostileCase {
  readonly name: string;
  /** Statements that make the honest runner of hostileRunner.ts lie. */
  readonly lies: string;
  /** Whether the run asks for plots. */
  readonly plots?: true;
  readonly reason: LabErrorReason;
}

/** Runners that break the protocol or their sandbox, and how each run must end. */
export const hostileCases: readonly HostileCase[] = [
  {
    name: 'ends with exit code 0 before its first answer',
    lies: 'lie.ready = () => process.exit(0);',
    reason: 'sandbox.early-exit',
  },
  {
    name: 'ends with exit code 0 in the middle of the bars',
    lies: 'lie.intents = () => (chunk === 1 ? process.exit(0) : intents());',
    reason: 'sandbox.early-exit',
  },
  {
    name: 'ends with exit code 0 in place of its last answer',
    lies: 'lie.done = () => process.exit(0);',
    reason: 'sandbox.early-exit',
  },
  {
    name: 'ends in the middle of a frame',
    lies: 'lie.started = () => { send(started().subarray(0, 20)); process.exit(0); };',
    reason: 'sandbox.early-exit',
  },
  {
    name: 'aborts',
    lies: 'lie.intents = () => process.abort();',
    reason: 'sandbox.crash',
  },
  {
    name: 'never answers',
    lies: 'lie.intents = () => { for (;;); };',
    reason: 'sandbox.timeout',
  },
  {
    name: 'stops in the middle of a frame and stays',
    lies: 'lie.ready = () => ready().subarray(0, 20);',
    reason: 'sandbox.timeout',
  },
  {
    name: 'announces a frame of a gigabyte',
    lies: 'lie.intents = () => { const f = intents(); f.writeUInt32LE(2 ** 30, 0); return f; };',
    reason: 'sandbox.output',
  },
  {
    name: 'prints text where frames belong',
    lies: 'lie.ready = () => Buffer.from("{\\"ok\\":true}\\n".repeat(100_000));',
    reason: 'sandbox.protocol',
  },
  {
    name: 'sends a text that is no JSON',
    lies: 'lie.ready = () => frame(types.ready, Buffer.from("{"));',
    reason: 'sandbox.protocol',
  },
  {
    name: 'signs with another nonce',
    lies: 'lie.ready = () => ready({ nonce: "0".repeat(32) });',
    reason: 'sandbox.protocol',
  },
  {
    name: 'signs its intents with another nonce',
    lies: 'lie.intents = () => intents([], { key: "0".repeat(32) });',
    reason: 'sandbox.protocol',
  },
  {
    name: 'sends a frame of an unknown type',
    lies: 'lie.started = () => frame(99);',
    reason: 'sandbox.protocol',
  },
  {
    name: 'sends a frame out of order',
    lies: 'lie.intents = () => done();',
    reason: 'sandbox.protocol',
  },
  {
    name: 'sends a second frame that nobody asked for',
    lies: 'lie.intents = () => Buffer.concat([intents(), intents()]);',
    reason: 'sandbox.protocol',
  },
  {
    name: 'sends bytes behind its intents',
    lies: 'lie.intents = () => intents([closeRow(0, 1)], { count: 0 });',
    reason: 'sandbox.protocol',
  },
  {
    name: 'announces more intents than it sends',
    lies: 'lie.intents = () => intents([], { count: 3 });',
    reason: 'sandbox.protocol',
  },
  {
    name: 'answers another chunk',
    lies: 'lie.intents = () => intents([], { asChunk: 7 });',
    reason: 'sandbox.protocol',
  },
  {
    name: 'gives an order for a bar of a chunk that is answered already',
    lies: 'lie.intents = (from) => intents(from > 0 ? [closeRow(from - 1, 1)] : []);',
    reason: 'sandbox.protocol',
  },
  {
    name: 'gives an order that is no number',
    lies: 'lie.intents = (from) => intents([[from, 1, 1, 0, 3, NaN, ...Array(12).fill(0)]]);',
    reason: 'sandbox.protocol',
  },
  {
    name: 'claims other fills than its orders give',
    lies: 'lie.intents = () => intents([], { fills: 1 });',
    reason: 'sandbox.outdated',
  },
  {
    name: 'claims another hash of its fills',
    lies: 'lie.intents = () => intents([], { low: 1 });',
    reason: 'sandbox.outdated',
  },
  {
    name: 'claims a warm-up for another number of sets',
    lies: 'lie.started = () => started({ warmups: [0, 0] });',
    reason: 'sandbox.protocol',
  },
  {
    name: 'plots what nobody asked for',
    lies: 'lie.started = () => started(onePlot); lie.intents = (from, to) => intents([], { plotted: Array(to - from).fill(1) });',
    reason: 'sandbox.protocol',
  },
  {
    name: 'sends the values of a plot that it did not name',
    lies: 'lie.intents = (from, to) => intents([], { plotted: Array(to - from).fill(1) });',
    plots: true,
    reason: 'sandbox.protocol',
  },
  {
    name: 'sends fewer values of a plot than the chunk has bars',
    lies: 'lie.started = () => started(onePlot); lie.intents = (from, to) => intents([], { plotted: Array(to - from - 1).fill(1) });',
    plots: true,
    reason: 'sandbox.protocol',
  },
  {
    name: 'sends more values of a plot than the chunk has bars',
    lies: 'lie.started = () => started(onePlot); lie.intents = (from, to) => intents([], { plotted: Array(to - from + 1).fill(1) });',
    plots: true,
    reason: 'sandbox.protocol',
  },
  {
    name: 'sends orders in place of the values of a plot',
    lies: 'lie.started = () => started(onePlot); lie.intents = (from) => intents([closeRow(from, chunk + 1)]);',
    plots: true,
    reason: 'sandbox.protocol',
  },
  {
    name: 'plots seventeen series',
    lies: 'lie.started = () => started({ plots: Array.from({ length: 17 }, (_, n) => ({ name: "p" + n, pane: "price" })) });',
    plots: true,
    reason: 'sandbox.protocol',
  },
  {
    name: 'gives a plot a name of 41 characters',
    lies: 'lie.started = () => started({ plots: [{ name: "x".repeat(41), pane: "price" }] });',
    plots: true,
    reason: 'sandbox.protocol',
  },
  {
    name: 'gives two plots names that look the same',
    lies: 'lie.started = () => started({ plots: ["A", "A\\u200b"].map((name) => ({ name, pane: "price" })) });',
    plots: true,
    reason: 'sandbox.protocol',
  },
  {
    name: 'gives a plot a pane that is none',
    lies: 'lie.started = () => started({ plots: [{ name: "A", pane: "<script>" }] });',
    plots: true,
    reason: 'sandbox.protocol',
  },
  {
    name: 'claims to have seen other bars',
    lies: 'lie.done = () => done({ bars: 5 });',
    reason: 'sandbox.protocol',
  },
  {
    name: 'goes on after its last answer',
    lies: 'lie.done = () => Buffer.concat([done(), Buffer.from("more")]);',
    reason: 'sandbox.protocol',
  },
  {
    name: 'fails with a text of its own',
    lies: 'lie.intents = () => json(types.fail, { nonce, phase: "next", isOrder: false, message: "boom", set: 0, bar: 3, time: 0, line: 1, column: 1 });',
    reason: 'strategy.threw',
  },
];
