"""What the rating says of Zuan's own diamonds: promises by their own figures, and nothing that is not so."""

from __future__ import annotations

import pytest

import zuan
from zuan.attest import build_statement, sign_statement, submission
from zuan.chain.accounts import local_auditors
from zuan.chain.accounts import test_account as account
from zuan.chain.accounts import test_index as index_of
from zuan.chain.sender import Sender
from zuan.cli.options import resolve_address
from zuan.deploy import deploy, local_config
from zuan.rating import rate
from zuan.supply import CAUSES


@pytest.fixture(scope="module")
def fresh(tmp_path_factory):
    """A deployment that nobody has used."""
    with zuan.LocalChain("ganache") as chain:
        connection, folder = chain.connection, tmp_path_factory.mktemp("deployments")
        deploy(connection, Sender(connection, account(0)), local_config(resolve_address), folder)
        yield zuan.System.open(connection, folder)


@pytest.fixture(scope="module")
def system(tmp_path_factory):
    """A deployment with reserves and one holder."""
    with zuan.LocalChain("ganache") as chain:
        connection, folder = chain.connection, tmp_path_factory.mktemp("deployments")
        deployer = Sender(connection, account(0))
        deploy(connection, deployer, local_config(resolve_address), folder)
        system = zuan.System.open(connection, folder)
        deployer.run(system.asset.mint(system.vault.address, 100_000))
        deployer.run(system.vault.count())
        statement = build_statement(system, {"goods": 20_000}, bytes(32))
        for auditor in local_auditors(system.oracle.read("auditors")):
            statement = sign_statement(statement, auditor)
        deployer.run(submission(system, statement))
        zuan.mint(system, Sender(connection, account(index_of("minter"))), account(6).address, 90_000, "SALE-1")
        yield system


def test_a_genuine_system_reaches_the_last_stage_with_its_own_figures(system):
    report = rate(system.connection, system.token.address)
    said = {f.id: (f.verdict, f.sentence["en"]) for f in report.findings}
    assert report.stage == 3, said
    assert said["mint"][0] == "no" and "the cap of 10,000,000,000" in said["mint"][1]
    assert said["cap"] == ("yes", "Yes: the supply never goes beyond 10,000,000,000.")
    assert said["coverage"][0] == "yes" and "worth of cash could be taken at once" in said["coverage"][1]
    assert said["auditors"][0] == "yes" and "2 of 3 must sign" in said["auditors"][1]
    assert said["genuine"][0] == "yes" and "edition" in said["genuine"][1]
    assert said["drainable"] == ("no", "No: 26,000 of the 100,000 diamonds' worth of cash could be taken at once.")
    assert said["quality"][0] == "yes" and "goods 16,000 of 20,000" in said["quality"][1]
    assert said["lateness"][0] == "no" and said["lateness"][1].startswith("No: of 1 attestations")
    assert said["changed"][0] == "no" and "notice of 30 days" in said["changed"][1]
    assert said["rulers"][0] == "yes" and "never below 1 days" in said["rulers"][1]
    assert said["books"][0] == "yes" and "1 transfers since the creation" in said["books"][1]
    assert said["supply"][0] == "no" and "1 mints made 90,000" in said["supply"][1]
    assert said["notice"][0] == "yes" and "waits 2 days" in said["notice"][1]
    assert said["redeem"][0] == "yes" and "turned 1 diamond into 1 units" in said["redeem"][1]
    assert said["waiting"] == ("no", "Nobody had to: no ticket was ever paid late, and none waits.")
    assert said["asset"] == ("no", f"No way was found in {system.asset.address.lower()}.")


def test_a_system_that_nobody_holds_yet_is_answered_by_its_genuine_code(fresh):
    report = rate(fresh.connection, fresh.token.address)
    said = {f.id: (f.verdict, f.sentence["en"]) for f in report.findings}
    assert report.stage == 3, said
    assert not [name for name, (verdict, _) in said.items() if verdict == "unknown"]
    assert "nobody holds any yet" in said["transfers"][1] and said["take"][0] == "no"
    assert said["coverage"][1].startswith("No diamond is outstanding") and said["concentration"][0] == "not applicable"
    assert report.settings["delay"] == "172800" and report.settings["surplus cashFloorBps"]


def test_the_settlement_asset_is_no_part_of_the_promises(system):
    report = rate(system.connection, system.asset.address)
    said = {f.id: f.verdict for f in report.findings}
    assert (said["coverage"], said["auditors"], said["notice"]) == ("not applicable",) * 3
    # The test stablecoin is minted by anybody.
    assert said["mint"] == "yes"


def test_a_system_that_was_wound_down_still_pays_a_share_and_was_late(system):
    rpc = system.connection.rpc
    rpc("evm_increaseTime", 40 * 86_400)
    rpc("evm_mine")
    Sender(system.connection, account(0)).run(system.vault.start_wind_down(CAUSES.index("silence")))
    report = rate(system.connection, system.token.address)
    said = {f.id: (f.verdict, f.sentence["en"]) for f in report.findings}
    assert said["redeem"][0] == "yes" and "it was wound down" in said["redeem"][1], said["redeem"]
    assert said["lateness"][0] == "yes" and "1 gaps, the longest 33.0 days" in said["lateness"][1]
    assert report.stage == 1
