"""Bars of a run on their way into the sandbox, as one row of numbers.

Markets; then of each market its bars, its finer bars, and the number of its rates of funding; then of each
market the six columns of its bars, the six of its finer bars, and the rates: see
extension/backtest/barsBlock.ts.
"""

from __future__ import annotations

from array import array
from typing import List, Union

from .columns import CandleColumns
from .timeline import FinerPiece, MarketPiece

HEAD_WIDTH = 3

Block = Union['array[float]', memoryview]


def read_block(block: Block) -> List[MarketPiece]:
    """The pieces of a block. Raises ValueError for numbers that are no block."""
    heads = _heads(block)
    place = 1 + HEAD_WIDTH * len(heads)
    pieces = []
    for bars, finer_bars, rates in heads:
        columns = _columns_at(block, place, bars)
        place += 6 * bars
        finer = None
        if finer_bars > 0:
            finer = FinerPiece(_columns_at(block, place, finer_bars), 0, finer_bars)
            place += 6 * finer_bars
        funding = None
        if rates != 0:
            funding = block[place : place + bars].tolist()
            place += bars
        pieces.append(MarketPiece(columns, finer, funding))
    return pieces


def _heads(block: Block) -> List[tuple]:
    markets = block[0] if len(block) > 0 else -1.0
    head = 1 + HEAD_WIDTH * markets
    if not (markets >= 0 and head <= len(block) and markets == int(markets)):
        raise ValueError('a block of bars of wrong length')
    numbers = block[1 : int(head)].tolist()
    if not all(number >= 0 and number <= len(block) and number == int(number) for number in numbers):
        raise ValueError('a block of bars of wrong length')
    counts = [int(number) for number in numbers]
    heads = list(zip(counts[0::3], counts[1::3], counts[2::3]))
    length = int(head)
    for bars, finer, rates in heads:
        length += 6 * (bars + finer) + (bars if rates != 0 else 0)
    if length != len(block):
        raise ValueError('a block of bars of wrong length')
    return heads


def _columns_at(block: Block, place: int, count: int) -> CandleColumns:
    return CandleColumns(
        *(block[place + column * count : place + (column + 1) * count].tolist() for column in range(6))
    )
