"""A model of where the money is, beside the contracts, and an operator who knows the rules and tries."""

from .operator import Money
from .truth import Loss

__all__ = ["Loss", "Money"]
