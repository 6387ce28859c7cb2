"""The strategy API of Strategy Lab for Python; __init__.pyi describes it."""

from .engine.strategy_api import Strategy, cross_above, cross_below, integer, number

__all__ = ['Strategy', 'cross_above', 'cross_below', 'integer', 'number']
