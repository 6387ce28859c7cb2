import { configureGlobal } from 'fast-check';

/*
 * The values that property tests try, where a test has no seed of its own: the same with every run, so that what a run
 * says depends on the code alone. STRATEGY_LAB_PROPERTY_SEED gives others: a number, or `random`.
 */
const usualSeed = 20_261_126;
const wanted = process.env['STRATEGY_LAB_PROPERTY_SEED'] ?? String(usualSeed);
if (wanted !== 'random') configureGlobal({ seed: Number(wanted) });
