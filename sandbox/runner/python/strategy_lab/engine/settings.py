"""Money and venue rules of a run, as extension/contracts/backtest.ts defines and checks them."""

from __future__ import annotations

from typing import Mapping


class FeeTier:
    """From `traded_value` in the last 30 days on, in cash, these fees hold."""

    __slots__ = ('traded_value', 'fee', 'maker_fee')

    def __init__(self, given: Mapping) -> None:
        self.traded_value = float(given['tradedValue'])
        self.fee = float(given['fee'])
        self.maker_fee = float(given['makerFee'])


class RunSettings:
    """Settings that change a fill, from the host's names to Python's."""

    __slots__ = (
        'cash', 'fee', 'maker_fee', 'fixed_fee', 'fee_tiers', 'spread', 'slippage', 'volatility_slippage',
        'volume_slippage', 'volume_limit', 'latency_bars', 'quantity_step', 'price_step', 'minimum_notional',
        'maximum_quantity', 'fills_through', 'is_net', 'leverage', 'maintenance_margin', 'liquidation_fee',
        'funding_rate', 'funding_hours', 'seed',
    )

    def __init__(self, given: Mapping) -> None:
        self.cash = float(given['cash'])
        self.fee = float(given['fee'])
        maker_fee = given['makerFee']
        self.maker_fee = self.fee if maker_fee is None else float(maker_fee)
        self.fixed_fee = float(given['fixedFee'])
        self.fee_tiers = [FeeTier(tier) for tier in given['feeTiers']]
        self.spread = float(given['spread'])
        self.slippage = float(given['slippage'])
        self.volatility_slippage = float(given['volatilitySlippage'])
        self.volume_slippage = float(given['volumeSlippage'])
        self.volume_limit = float(given['volumeLimit'])
        self.latency_bars = int(given['latencyBars'])
        self.quantity_step = float(given['quantityStep'])
        self.price_step = float(given['priceStep'])
        self.minimum_notional = float(given['minimumNotional'])
        self.maximum_quantity = float(given['maximumQuantity'])
        # Whether a bar must go beyond the price of a waiting limit order to fill it.
        self.fills_through = given['limitFills'] == 'through'
        # Whether an order against the position is set off against it.
        self.is_net = given['positionMode'] == 'net'
        self.leverage = float(given['leverage'])
        self.maintenance_margin = float(given['maintenanceMargin'])
        self.liquidation_fee = float(given['liquidationFee'])
        self.funding_rate = float(given['fundingRate'])
        self.funding_hours = int(given['fundingHours'])
        self.seed = int(given['seed'])
