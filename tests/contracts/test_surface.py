"""All ways to change a contract's state: no pause, freeze, seize, fee, upgrade or admin burn, and no ether."""

import pytest

SURFACE = {
    "DiamondToken": {"approve", "burn", "burnFrom", "mint", "mintBatch", "permit", "transfer", "transferFrom"}
    | {"transferWithAuthorization", "receiveWithAuthorization", "cancelAuthorization"}
    | {"burnWithAuthorization", "burnReceivable"},
    "ReserveOracle": {"attest", "removeKind", "rotate", "setAuditors", "setKind", "setMaxAge", "suspend"},
    "Issuer": {"cancel", "execute", "mint", "mintBatch", "propose", "setMinter"},
    "ReserveVault": {"redeem", "request", "withdraw", "deposit", "count", "probe", "multicall", "permit"}
    | {"announceSurplus", "voidSurplus", "withdrawSurplus", "setTreasury", "startWindDown", "convert", "claim"}
    | {"redeemWithAuthorization", "requestWithAuthorization", "claimWithAuthorization"},
    "OrderDesk": {"list", "reprice", "unlist", "order", "deliver", "confirm", "dispute", "decide", "settle", "refund"}
    | {"setArbiter", "multicall", "permit", "orderWithAuthorization"},
    "Governance": {"schedule", "scheduleBatch", "execute", "executeBatch", "cancel", "updateDelay"}
    | {"grantRole", "renounceRole", "revokeRole"}
    | {"onERC721Received", "onERC1155Received", "onERC1155BatchReceived"},
    "Lens": set(),
}


#: Those that come with the signature in one piece and in three.
TWICE = {"permit", "transferWithAuthorization", "receiveWithAuthorization", "cancelAuthorization"}


@pytest.mark.parametrize("name", SURFACE)
def test_contract_has_no_other_function_that_changes_state(request, name):
    abi = request.getfixturevalue(name).abi
    changing = [e["name"] for e in abi if e["type"] == "function" and e["stateMutability"] not in ("view", "pure")]
    twice = TWICE if name == "DiamondToken" else set()
    assert sorted(changing) == sorted([*SURFACE[name], *twice])


@pytest.mark.parametrize("name", [name for name in SURFACE if name != "Governance"])
def test_contract_takes_no_ether(request, name):
    abi = request.getfixturevalue(name).abi
    assert not [e for e in abi if e["type"] in ("fallback", "receive") or e.get("stateMutability") == "payable"]
