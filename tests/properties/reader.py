"""Many views in one call: a contract that the chain under test does not need, and that makes the tests quick."""

from __future__ import annotations

#: Opcodes that the reader uses.
_OPCODES = {
    **{"ADD": 0x01, "LT": 0x10, "ISZERO": 0x15, "CALLDATALOAD": 0x35, "CALLDATASIZE": 0x36, "CALLDATACOPY": 0x37},
    **{"CODECOPY": 0x39, "RETURNDATASIZE": 0x3D, "RETURNDATACOPY": 0x3E, "POP": 0x50, "MSTORE": 0x52, "JUMP": 0x56},
    **{"JUMPI": 0x57, "GAS": 0x5A, "JUMPDEST": 0x5B, "PUSH0": 0x5F, "RETURN": 0xF3, "STATICCALL": 0xFA},
    **{f"DUP{i}": 0x7F + i for i in range(1, 8)},
    **{f"SWAP{i}": 0x8F + i for i in range(1, 3)},
}
#: Input: address, length and data of each view, one after the other. Output: success, length and data of each answer.
#: On the stack: where the input is read, and above it where the output goes.
_PROGRAM = """
PUSH0 PUSH0
loop: CALLDATASIZE DUP3 LT ISZERO @end JUMPI
DUP2 32 ADD CALLDATALOAD
DUP1 DUP4 64 ADD DUP4 64 ADD CALLDATACOPY
PUSH0 PUSH0 DUP3 DUP5 64 ADD DUP7 CALLDATALOAD GAS STATICCALL DUP3 MSTORE
RETURNDATASIZE DUP3 32 ADD MSTORE
RETURNDATASIZE PUSH0 DUP4 64 ADD RETURNDATACOPY
SWAP2 DUP3 ADD 64 ADD SWAP2 POP
RETURNDATASIZE ADD 64 ADD
@loop JUMP
end: PUSH0 RETURN
"""


def creation_code() -> bytes:
    """Code that deploys the reader."""
    code = _assemble(_PROGRAM)
    start = _assemble(f"{len(code)} DUP1 9 PUSH0 CODECOPY PUSH0 RETURN")
    assert len(start) == 9
    return start + code


def question(at: str, data: bytes) -> bytes:
    """One view to be asked: its contract and call data. The reader takes any number of them, joined."""
    return bytes.fromhex(at[2:]).rjust(32, b"\0") + len(data).to_bytes(32, "big") + data


def answers(raw: bytes) -> list[bytes]:
    """What each view answered: its result, or the data of its revert."""
    found, at = [], 0
    while at < len(raw):
        length = int.from_bytes(raw[at + 32 : at + 64], "big")
        found.append(raw[at + 64 : at + 64 + length])
        at += 64 + length
    return found


def _assemble(text: str) -> bytes:
    code, labels = bytearray(), dict[str, int]()
    jumps: list[tuple[int, str]] = []
    for token in text.split():
        if token.endswith(":"):
            labels[token[:-1]] = len(code)
            code.append(_OPCODES["JUMPDEST"])
        elif token.startswith("@"):
            jumps.append((len(code) + 1, token[1:]))
            code += bytes((0x60, 0))
        elif token.isdigit():
            code += bytes((0x60, int(token)))
        else:
            code.append(_OPCODES[token])
    for place, label in jumps:
        code[place] = labels[label]
    return bytes(code)
