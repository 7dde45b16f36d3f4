import brownie
import pytest

from tests.contracts.helpers import HEADROOM, now, reverts
from zuan.contracts import Order
from zuan.history import next_head


@pytest.fixture(autouse=True)
def _attested(attest):
    attest()


def test_mint_gives_the_diamonds_and_moves_the_head(issuer, token, mint, who):
    before = bytes(issuer.head())
    mint(who.alice, 700, b"\x07" * 32)
    assert token.balanceOf(who.alice) == token.totalSupply() == issuer.issued() == 700
    assert bytes(issuer.head()) == next_head(before, Order(who.alice.address, 700, b"\x07" * 32))


def test_mint_emits_serials_order_epoch_and_minter(mint, who):
    mint(who.alice, 700, b"\x07" * 32)
    event = mint(who.bob, 5, b"\x08" * 32).events["Minted"]
    assert dict(event) == {
        "firstSerial": 701,
        "to": who.bob.address,
        "orderRef": "0x" + "08" * 32,
        "amount": 5,
        "epoch": 1,
        "minter": who.minter.address,
    }


def test_mint_reverts_on_another_head(issuer, mint, who):
    stale = issuer.head()
    mint(who.alice, 1)
    with reverts("HeadMismatch", stale, issuer.head()):
        issuer.mint(stale, (who.alice, 1, b"\x02" * 32), {"from": who.minter})


def test_mint_up_to_the_headroom_and_not_one_more(issuer, mint, who):
    assert issuer.headroom() == HEADROOM
    with reverts("HeadroomExceeded", HEADROOM + 1, HEADROOM):
        mint(who.alice, HEADROOM + 1)
    mint(who.alice, HEADROOM)
    assert issuer.headroom() == 0


def test_mint_reverts_when_attestation_is_stale(issuer, oracle, mint, who):
    fresh_until = oracle.gate()[2]
    brownie.chain.sleep(fresh_until - now() + 60)
    brownie.chain.mine()
    with pytest.raises(brownie.exceptions.VirtualMachineError, match=f"AttestationStale: {fresh_until}, "):
        mint(who.alice, 1)
