"""The engine of extension/backtest in Python: the same rules, the same order of every operation, equal to the bit.

Each module has the name of its counterpart there. What only the host does is left out: it alone computes
trades and profit, so nothing is recorded here but the hash of the fills.
"""
