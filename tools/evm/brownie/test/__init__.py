"""Where pytest looks for Brownie's plugin."""
