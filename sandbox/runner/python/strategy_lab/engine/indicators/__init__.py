"""The indicators; strategy_lab/__init__.pyi holds their definitions."""
