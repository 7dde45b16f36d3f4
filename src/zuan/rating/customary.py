"""Functions of the token standards by which holders act for themselves: that somebody may not call them says nothing."""

from __future__ import annotations

from .surface import selector

#: Acts that need a holder's signature, or somebody's own act: that nobody in the search can do them says nothing.
BY_SIGNATURE = frozenset(
    map(
        selector,
        (
            "permit(address,address,uint256,uint256,uint8,bytes32,bytes32)",
            "permit(address,address,uint256,uint256,bytes)",
            "permit(address,address,uint256,uint256,bool,uint8,bytes32,bytes32)",
            "transferWithAuthorization(address,address,uint256,uint256,uint256,bytes32,uint8,bytes32,bytes32)",
            "transferWithAuthorization(address,address,uint256,uint256,uint256,bytes32,bytes)",
            "receiveWithAuthorization(address,address,uint256,uint256,uint256,bytes32,uint8,bytes32,bytes32)",
            "receiveWithAuthorization(address,address,uint256,uint256,uint256,bytes32,bytes)",
            "cancelAuthorization(address,bytes32,uint8,bytes32,bytes32)",
            "cancelAuthorization(address,bytes32,bytes)",
            "delegateBySig(address,uint256,uint256,uint8,bytes32,bytes32)",
        ),
    )
)
#: What every holder may do with its own: no act of these opens a door to somebody else.
OWN = BY_SIGNATURE | frozenset(
    map(
        selector,
        (
            *("transfer(address,uint256)", "approve(address,uint256)", "transferFrom(address,address,uint256)"),
            *("increaseAllowance(address,uint256)", "decreaseAllowance(address,uint256)", "delegate(address)"),
            *("burn(uint256)", "burnFrom(address,uint256)"),
        ),
    )
)
