"""All ways to change a contract's state: no pause, freeze, seize, fee, upgrade or admin burn, and no ether."""

import pytest

OWNABLE = {"transferOwnership", "renounceOwnership"}
SURFACE = {
    "DiamondToken": {"approve", "burn", "burnFrom", "mint", "mintBatch", "permit", "transfer", "transferFrom"},
    "ReserveOracle": {"attest", "removeKind", "rotate", "setAuditors", "setKind", "setMaxAge", "suspend"} | OWNABLE,
    "Issuer": {"cancel", "execute", "mint", "mintBatch", "propose", "setMinter"} | OWNABLE,
    "ReserveVault": {"count", "deposit"},
}


@pytest.mark.parametrize("name", SURFACE)
def test_contract_has_no_other_function_that_changes_state(request, name):
    abi = request.getfixturevalue(name).abi
    changing = [e["name"] for e in abi if e["type"] == "function" and e["stateMutability"] not in ("view", "pure")]
    assert (set(changing), len(changing)) == (SURFACE[name], len(SURFACE[name]))


@pytest.mark.parametrize("name", SURFACE)
def test_contract_takes_no_ether(request, name):
    abi = request.getfixturevalue(name).abi
    assert not [e for e in abi if e["type"] in ("fallback", "receive") or e.get("stateMutability") == "payable"]
