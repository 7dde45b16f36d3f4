"""The main job: a platform's sales minted, each exactly once."""

from .run import Outcome, Plan, Progress, issue, make_plan
from .orders import OrderFile, Sale, read_orders, reference

__all__ = ["OrderFile", "Outcome", "Plan", "Progress", "Sale", "issue", "make_plan", "read_orders", "reference"]
