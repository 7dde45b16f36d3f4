"""The model: what the contracts must do, written a second time."""
