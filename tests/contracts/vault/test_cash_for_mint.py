"""What a mint may rest on, or why none passes; failures of the asset are in awkward/."""

from tests.contracts.helpers import reverts, travel


def test_cash_for_mint_is_what_is_free(vault, donate, open_ticket):
    donate(70)
    open_ticket(50)
    assert vault.cashForMint() == 20


def test_cash_for_mint_is_no_more_than_was_counted(vault, asset, donate, who):
    donate(70)
    asset.mint(vault, 30, {"from": who.carol})
    assert vault.cashForMint() == 70


def test_cash_for_mint_reverts_while_redeemers_wait(vault, donate, open_ticket):
    donate(70)
    open_ticket(75)
    with reverts("RedeemersWaiting", 5):
        vault.cashForMint()
    donate(5)
    assert vault.cashForMint() == 0


def test_cash_for_mint_reverts_once_a_wind_down_has_begun(vault, donate, wind_down):
    donate(70)
    wind_down()
    with reverts("WindDownBegun"):
        vault.cashForMint()


def test_cash_for_mint_reverts_from_a_surplus_until_an_attestation_of_a_later_second(
    vault, issuer, donate, take_surplus, attest, mint, who
):
    donate(2_000)
    taken_at = take_surplus(100).timestamp
    travel(taken_at + 1)
    attest(as_of=taken_at)
    for ask in (vault.cashForMint, lambda: mint(who.carol, 1, dry=True)):
        with reverts("CashLeftSince", taken_at):
            ask()
    assert issuer.headroom() == 0
    attest({"escrowed cash": 2_000}, as_of=taken_at + 1)
    assert (vault.cashForMint(), issuer.headroom()) == (1_900, 2_400)
    mint(who.carol, 1, dry=True)
