"""What the attacks share beside the fixtures."""

from tests.contracts.helpers import LOCAL

RULES = LOCAL.vault_rules
ALICE = 6  # index of the test account who.alice
NONE, WAITING, SILENCE, SHORTFALL = range(4)
OPEN, DELIVERED, DISPUTED, SETTLED, REFUNDED = range(1, 6)
MOVES_NOTHING, HOOKS, PAUSED = 5, 6, 7
BALANCE_REVERTS, BALANCE_SAYS_NOTHING, BALANCE_BURNS_GAS = 11, 12, 14
DETAILS, TERMS, PROOF = b"\x0d" * 32, b"\x7e" * 32, b"\x9f" * 32
NOTHING = b"\0" * 32
