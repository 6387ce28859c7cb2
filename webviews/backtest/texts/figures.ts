/** What the tabs of figures say: metrics, months, a comparison, a search and its gate, in English. */
export const figureTexts = {
  // Tabs.
  tabs: 'Details of the run',
  tabMetrics: 'Metrics',
  tabTrades: 'Trades {0}',
  tabOrders: 'Orders',
  tabMonths: 'Months',
  tabComparison: 'Comparison',
  tabSearch: 'Search',
  tabValidation: 'Validation',
  tabGate: 'Gate',
  tabFacts: 'Facts',
  tabCode: 'Code',
  tabCodeFindings: 'Code {0}',
  tabText: 'Idea and log',

  // Metrics.
  metric: 'Metric',
  inSample: 'In-sample',
  outOfSample: 'Out-of-sample',
  whole: 'Whole',
  noDefinition: 'No definition was given with this run.',
  nothingHeldBack: 'No part of the data was held back: every figure is in-sample.',
  heldBackFrom:
    'Bars before {0} UTC are in-sample: parameters are chosen on them alone. Bars from then on are out-of-sample.',
  definitionsHint: 'Point at a metric, or focus it, for its definition.',
  parameters: 'Parameters',
  noParameters: 'The strategy has no parameters.',
  name: 'Name',
  value: 'Value',

  // Months.
  monthsNote:
    'Return of each month and year in UTC, after all costs. A bar belongs to the month in which it opens.',
  monthsHeldBack: 'Framed months lie in the held-back part, dashed ones partly.',
  year: 'Year',
  yearTotal: 'Year',
  yearHold: 'Hold',
  monthNames: 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec',
  noMonths: 'There are no bars to make months of.',
  drawdownsTitle: 'Deepest drawdowns',
  drawdownsNote:
    'Falls of the equity at bar closes from a high until it is regained. Bars: closes below the high; down to the lowest one, and up again.',
  noDrawdowns: 'The equity never closed below an earlier high.',
  drawdownDepth: 'Depth',
  drawdownDays: 'Days',
  drawdownBars: 'Bars',
  drawdownFall: 'Bars down',
  drawdownRise: 'Bars up',
  drawdownHigh: 'High (UTC)',
  drawdownLow: 'Lowest (UTC)',
  drawdownRegained: 'Regained (UTC)',
  drawdownPart: 'Part',

  // Comparison.
  compareWith: 'Compare with',
  compareNone: 'Compare with ...',
  comparisonTitle: 'This run and {0} (run {1})',
  comparisonNote: 'The difference is this run less the other.',
  thisRun: 'This run',
  otherRun: 'Other run',
  difference: 'Difference',
  otherData:
    'The two runs are on different data: their figures cannot be held against each other as they are.',
  otherSplit: 'The two runs hold back different parts of the data.',
  otherWarning: 'Other run: {0}',
  otherScaled:
    'The other run began with {0}, this one with {1}: in the chart its equity is scaled to the same start.',
  differencesTitle: 'What the runs rest on, where that differs',
  noDifferences: 'The two runs rest on the same data, code, parameters and settings.',
  comparisonFailed: 'The other run cannot be shown',
  comparisonNone: 'Choose a run above to put it beside this one.',

  // Search.
  searchNote:
    '{0} parameter sets, chosen by {1} on the in-sample part. The best of many looks better in-sample than it is: judge it by its out-of-sample column.',
  searchTried: 'Values tried: {0}.',
  searchLeft: 'The {0} lowest are left out here.',
  chosen: 'chosen',
  choice: 'Choice',
  noSearch: 'No parameters were searched for this run.',

  // Gate.
  gateNote: 'The bounds are choices: strategy-lab gate {0} --help names them, and judges by others.',
  checksTitle: 'Checks of the gate',
  check: 'Check',
  checkState: 'State',
  checkFigure: 'Figure',
  checkBound: 'Bound',
  checkAtLeast: 'at least {0}',
  checkAtMost: 'at most {0}',
  checkAbove: 'above {0}',
  checkMissing: 'Not available: {0}.',
  checksFailed: 'Failed: {0}.',
  checksMissing: 'Not available: {0}.',
  luckTitle: 'Luck or skill',
  luckNote:
    'What the in-sample returns of all sets of the search tell. Point at a figure, or focus it, for its definition.',
  adviceNoSearch:
    'No parameters were searched for this run, so it cannot be told what luck explains of a choice. Choose Optimize above the strategy, or run strategy-lab optimize FILE --data DATA: its run is judged in full.',
  adviceOldSearch:
    'The search of this run was made by an earlier version, which kept no figures of luck. Choose Optimize above the strategy to search again.',
} as const;
