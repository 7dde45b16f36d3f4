from tests.contracts.helpers import CASH, GOODS, LOCAL, RIGHTS, events, orders, plain

REPORT = b"\x77" * 32
LINES = {"goods": 1_000, "service rights": 500, "escrowed cash": 60}
RESERVES = 800 + 250 + 60


def test_attest_opens_the_gate_for_reserves_and_burned_diamonds(
    oracle, token, attest, mint, donate, seed, statement, who
):
    attest()
    mint(who.alice, 100)
    token.burn(30, bytes(32), {"from": who.alice})
    donate(9)
    made = statement()
    attest(LINES, as_of=made.as_of)
    ceiling, vault, fresh_until, suspended_until, epoch = oracle.gate()
    assert (ceiling, vault, epoch, suspended_until) == (RESERVES + 30, seed + 9, 2, 0)
    assert fresh_until == made.as_of + LOCAL.max_age
    assert (oracle.attested(), oracle.asOf()) == (RESERVES, made.as_of)


def test_attest_emits_the_statement_its_reserves_and_its_signers(
    statement, submit, mint, attest, token, donate, seed, who
):
    attest()
    mint(who.alice, 100)
    token.burn(30, bytes(32), {"from": who.alice})
    donate(9)
    made = statement(LINES, report=REPORT)
    assert events(submit(made, (5, 3)), "Attested") == [
        {
            "epoch": 2,
            "asOf": made.as_of,
            "issued": 100,
            "supply": 70,
            "vault": seed + 9,
            "lines": ((CASH, 60), (GOODS, 1_000), (RIGHTS, 500)),
            "report": REPORT,
            "attested": RESERVES,
            "signers": tuple(sorted((who.auditor3.address, who.auditor1.address), key=str.lower)),
        }
    ]


def test_attest_by_anybody_with_all_signatures_passes(oracle, statement, submit, who):
    tx = submit(statement(), (3, 4, 5), sender=who.carol)
    assert len(events(tx, "Attested")[0]["signers"]) == 3
    assert oracle.asOf() > 0


def test_attest_replaces_the_last_statement(oracle, attest):
    attest(LINES)
    attest({"goods": 10})
    assert (oracle.attested(), oracle.gate()[0], oracle.gate()[4]) == (8, 8, 2)
    assert plain(oracle.kinds()) == ((CASH, 0, True, 0, 0), (GOODS, 2_000, False, 10, 8), (RIGHTS, 5_000, False, 0, 0))


def test_attest_passes_while_minting_is_suspended(oracle, attest, who):
    oracle.suspend({"from": who.auditor1})
    attest()
    assert oracle.gate()[4] == 1


def test_liabilities_are_the_attested_supply_and_all_issued_since(oracle, token, attest, mint_batch, mint, who):
    assert oracle.liabilities() == 0
    attest()
    mint_batch(orders((who.alice, 100)))
    token.burn(30, bytes(32), {"from": who.alice})
    assert oracle.liabilities() == 100
    attest()
    assert oracle.liabilities() == 70
    mint(who.bob, 5)
    assert oracle.liabilities() == 75


def test_silence_counts_from_deployment_and_then_from_each_statement(oracle, attest, statement):
    assert oracle.silentSince() == oracle.deployedAt()
    made = statement()
    attest(as_of=made.as_of - 1)
    assert oracle.silentSince() == made.as_of - 1
