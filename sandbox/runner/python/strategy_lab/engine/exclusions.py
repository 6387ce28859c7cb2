"""Pairs of orders of which one excludes the other, over all markets of a run."""

from __future__ import annotations

from typing import TYPE_CHECKING, List, Set

if TYPE_CHECKING:
    from .order import Order
    from .order_book import OrderBook


class Exclusions:
    """Knows the orders that were filled, be it in part, and those that a filled one excludes."""

    __slots__ = ('books', '_filled', '_excluded')

    def __init__(self) -> None:
        # The books of all markets.
        self.books: List[OrderBook] = []
        self._filled: Set[float] = set()
        self._excluded: Set[float] = set()

    def note_fill(self, order: Order) -> None:
        self._filled.add(order.id)
        if order.reference != 0:
            self._excluded.add(order.reference)

    def excludes(self, order: Order) -> bool:
        """True for an order whose pair was filled."""
        reference = order.reference
        return order.id in self._excluded or (reference != 0 and reference in self._filled)
