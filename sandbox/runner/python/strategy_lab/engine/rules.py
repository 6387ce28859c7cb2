"""Bounds of what a strategy may ask for: those of extension/backtest/rules.ts."""

# Bars of history that a strategy can look back on.
HISTORY_BARS = 8192

# Longest period of an indicator, in bars.
MAXIMUM_PERIOD = 5000

# Series that a strategy may plot, and the characters that the name of one may have.
MAXIMUM_PLOTS = 16
LONGEST_PLOT_NAME = 40
