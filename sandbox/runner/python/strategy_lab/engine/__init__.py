"""The engine of extension/backtest in Python: the same operations in the same order, equal to the bit.

Each module has the name of its counterpart there. What only the host does is left out: it alone computes
trades and profit, so nothing is recorded here but the hash of the fills.
"""
