/** What is said of a validation, in English, in the panel and on the report page. */
export const validationTexts = {
  validationRolling: 'Walk-forward, the train window rolls along',
  validationAnchored: 'Walk-forward, the train window grows from the first bar',
  validationKFold: 'Purged k-fold cross-validation',
  validationCombinatorial: 'Combinatorial purged cross-validation',
  validationHow:
    '{0}. In each of {1} folds one of {2} parameter sets was chosen by {3} on its train bars, and run again on its test bars alone: flat at their start, with warm indicators.',
  validationExit:
    'A position that is still open at the end of a test is closed at the last close and pays fee, fixed fee, half the spread and slippage of a market exit; fee tiers and slippage by volatility or volume are left out there.',
  validationBorders:
    'Trades that are open in a test are left out of the train bars; {0} days besides them for purge and {1} for embargo.',
  validationBordersBars:
    'Trades that are open in a test are left out of the train bars; {0} bars besides them for purge and {1} for embargo.',
  validationNotJudged:
    'Folds in which no set had enough trades to be judged, so that the first one was kept: {0}.',
  validationNothing:
    'In none of the {0} folds could a set be judged on its train bars, so that the first one was kept: nothing can be said of the choice.',
  validationOne: 'Out of sample: {0} in {1} trades, maximum drawdown {2}.',
  validationMiddle: 'The middle one of {0} paths: {1} in {2} trades, maximum drawdown {3}.',
  validationSpread: 'Score of the paths: median {0}, half of them from {1} to {2}, all from {3} to {4}.',
  validationTwins: 'In-sample and out-of-sample',
  validationFigure: 'Figure',
  validationScore: '{0} of one return, mean of the folds',
  validationMean: 'Mean return of a day',
  validationMeanBar: 'Mean return of a bar',
  validationEfficiency: 'Efficiency',
  validationEfficiencyNote: 'What of the mean in-sample return is left out of sample (Pardo 2008).',
  validationDegradation: 'Degradation',
  validationDegradationNote: 'Part of the in-sample score that is lost out of sample.',
  validationCurve: 'Equity out of sample',
  validationCurveSummary:
    'Out of sample the equity went from {0} to {1} ({2}), from {3} to {4} UTC. Holding over the same bars would have ended at {5} ({6}).',
  validationTable: 'Table of this chart',
  validationUpTo: 'Up to bar (UTC)',
  validationEquity: 'Equity',
  validationHold: 'Buy and hold',
  validationLowest: 'Lowest path',
  validationHighest: 'Highest path',
  validationFolds: 'Folds',
  validationFold: 'Fold',
  validationTrain: 'Train',
  validationTest: 'Test',
  validationChosen: 'Chosen',
  validationUnjudged: '{0} (not judged)',
  validationReturnHead: 'Mean return',
  validationTradesHead: 'Trades',
  validationPaths: 'Paths',
  validationPath: 'Path',
  validationPathShown: '{0} (shown above)',
  validationPathReturn: 'Total return',
  validationPathDrawdown: 'Maximum drawdown',
  validationLeft: 'The other {0} are left out here.',
  validationStability: 'Stability of the choice',
  validationStabilityNote: '{0} of each set, in-sample and below it out of sample. The chosen set is framed.',
  stabilityUnknown: 'No set beside the chosen one was tried, so that its surroundings are not known.',
  stabilityNotJudged:
    'The choice of the last fold could not be judged, so that nothing can be said of its surroundings.',
  stabilityNoShape: 'The {0} sets beside the chosen one cannot be compared with it.',
  stabilityPlateau:
    'The {0} sets beside the chosen one keep {1} of its score in-sample and {2} out of sample: it stands on a plateau.',
  stabilitySlope:
    'The {0} sets beside the chosen one keep {1} of its score in-sample and {2} out of sample: it stands on a slope.',
  stabilitySpike:
    'The {0} sets beside the chosen one keep {1} of its score in-sample and {2} out of sample: it stands on a spike, which luck alone can make.',
} as const;
