"""The main job: a platform's sales minted, each exactly once."""

from .ids import reference
from .namespaces import Namespaces, read_namespaces
from .orders import OrderFile, Sale, read_orders
from .run import IssueResult, Plan, issue, make_plan

__all__ = [
    "IssueResult",
    "Namespaces",
    "OrderFile",
    "Plan",
    "Sale",
    "issue",
    "make_plan",
    "read_namespaces",
    "read_orders",
    "reference",
]
