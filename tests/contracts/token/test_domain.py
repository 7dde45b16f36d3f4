"""What wallets read before they sign (EIP-5267, EIP-712)."""

from eth_abi.abi import encode
from eth_utils.crypto import keccak

from tests.contracts.helpers import LOCAL, plain


def test_the_domain_is_told_in_whole(token):
    fields, name, version, chain, contract, salt, extensions = map(plain, token.eip712Domain())
    assert (fields, name, version, chain, contract) == (b"\x0f", LOCAL.name, "1", 1337, token.address)
    assert (salt, extensions) == (bytes(32), ())


def test_the_separator_is_the_domains(token):
    type_ = "EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"
    hashes = [keccak(text=type_), keccak(text=LOCAL.name), keccak(text="1")]
    whole = encode(["bytes32", "bytes32", "bytes32", "uint256", "address"], [*hashes, 1337, token.address])
    assert plain(token.DOMAIN_SEPARATOR()) == keccak(whole)
