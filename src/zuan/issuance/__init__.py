"""The main job: a platform's sales minted, each exactly once."""

from .orders import OrderFile, Sale, read_orders, reference
from .run import Outcome, Plan, Progress, issue, make_plan

__all__ = ["OrderFile", "Outcome", "Plan", "Progress", "Sale", "issue", "make_plan", "read_orders", "reference"]
