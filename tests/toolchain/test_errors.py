import re

import pytest

from zuan import errors
from zuan.contracts.artifacts import NAMES, artifact, contract_error
from zuan.contracts.handles import encode_arguments
from zuan.errors import FAILED, MISMATCH, STALE, USAGE, ContractError, RpcError
from zuan.sentences import SENTENCES

#: OpenZeppelin's errors that no call of the package can meet: constructors and functions it does not use.
UNREACHABLE = {
    "ERC20InvalidSender",
    "ERC20InvalidApprover",
    "ERC20InvalidSpender",
    "ECDSAInvalidSignatureLength",
    "InvalidShortString",
    "StringTooLong",
    "InvalidAccountNonce",
    "OwnableInvalidOwner",
    "IssuerIsZero",
    "SafeERC20FailedOperation",
}


def test_every_custom_error_has_a_sentence_with_all_its_values():
    for name in NAMES:
        for error, inputs in artifact(name).errors.values():
            if error in UNREACHABLE:
                continue
            template, _ = SENTENCES[error]
            args = [b"goods".ljust(32, b"\0") if i["type"].startswith("bytes") else 3 for i in inputs]
            sentence = str(ContractError(error, args))
            assert sentence and template.count("{") <= 2 * len(inputs)


@pytest.mark.parametrize(
    "wrap", [lambda d: d, lambda d: {"result": d}, lambda d: {"data": d}, lambda d: f"Reverted {d}"]
)
def test_revert_data_is_found_wherever_the_node_puts_it(wrap):
    entry = next(e for e in artifact("DiamondToken").abi if e.get("name") == "CapExceeded")
    selector = next(s for s, (n, _) in artifact("DiamondToken").errors.items() if n == "CapExceeded")
    data = "0x" + (selector + encode_arguments(entry["inputs"], [12_345, 7])).hex()
    error = contract_error(RpcError(3, "execution reverted", wrap(data)))
    assert (error.name, error.args_) == ("CapExceeded", (12_345, 7))
    assert "12,345 diamonds were asked for and 7 more" in str(error)


def test_a_reason_given_as_text_is_shown():
    data = "0x08c379a0" + encode_arguments([{"type": "string"}], ["out of luck"]).hex()
    assert "out of luck" in str(contract_error(RpcError(3, "execution reverted", data)))


def test_an_error_that_is_none_of_ours_is_shown_raw_and_trouble_of_the_node_stays_the_nodes():
    assert "0xdeadbeef" in str(contract_error(RpcError(3, "execution reverted", "0xdeadbeef")))
    assert contract_error(RpcError(-32000, "header not found", None)) is None


def test_the_head_of_the_errors_lists_each_class_below_its_parent_with_its_exit_code():
    lines = re.findall(r"^    ( *)(\w+Error) +(?:exit code )?(\d+|\*)(?=\s)", errors.__doc__, re.M)
    listed, above = {}, {-2: object}
    for indent, name, code in lines:
        above[len(indent)] = kind = getattr(errors, name)
        assert kind.__bases__[0] in (above[len(indent) - 2], Exception), name
        assert code in ("*", str(kind.exit_code)), name
        listed[name] = kind
    assert listed == {n: k for n, k in vars(errors).items() if isinstance(k, type) and issubclass(k, errors.ZuanError)}


def test_exit_codes_tell_stale_from_under_reserved_and_from_a_store_that_is_behind():
    assert len({FAILED, USAGE, MISMATCH, STALE, errors.BehindError.exit_code, errors.StoppedError.exit_code}) == 6
    assert ContractError("AttestationStale", [1, 2]).exit_code == STALE
    assert ContractError("HeadroomExceeded", [2, 1]).exit_code == MISMATCH
    assert ContractError("NotMinter", ["0x"]).exit_code == FAILED
