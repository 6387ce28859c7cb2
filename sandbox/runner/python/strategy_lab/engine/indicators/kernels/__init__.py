"""The computations that indicators are made of."""
