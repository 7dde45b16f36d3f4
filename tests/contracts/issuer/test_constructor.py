from types import SimpleNamespace

import brownie
import pytest

from tests.contracts.helpers import DAY, HOUR, LOCAL, MINTER, ZERO, events, reverts
from zuan.deploy import MinterLimits
from zuan.deploy.plan import created_address
from zuan.history import genesis_head

LIMITS = (MINTER.minter, MINTER.capacity, MINTER.period, MINTER.instant_limit)


@pytest.fixture(scope="module")
def parts(DiamondToken, create, vault, who):
    """Vault, token and oracle, of which the last two name the contract that Carol creates next."""
    made = SimpleNamespace(vault=vault, token=create("DiamondToken", after=-1), oracle=create("ReserveOracle", after=0))
    assert made.token.issuer() == made.oracle.issuer() == created_address(who.carol.address, who.carol.nonce)
    return made


@pytest.fixture(scope="module")
def build(Issuer, parts, who):
    """Creates an Issuer for these parts as Carol; keyword arguments replace one of its own."""

    def run(owner=LOCAL.owner, delay=LOCAL.proposal_delay, minters=(LIMITS,), **replaced):
        chosen = SimpleNamespace(**{**vars(parts), **replaced})
        args = (owner, chosen.token, chosen.oracle, chosen.vault, delay, list(minters))
        return Issuer.deploy(*args, {"from": who.carol})

    return run
