# @version 0.2.16

event Transfer:
    sender: indexed(address)
    receiver: indexed(address)
    value: uint256

event Approval:
    owner: indexed(address)
    spender: indexed(address)
    value: uint256

name: public(String[16])
symbol: public(String[8])
decimals: public(uint256)
balanceOf: public(HashMap[address, uint256])
allowances: HashMap[address, HashMap[address, uint256]]
total: uint256
warden: address
asleep: HashMap[address, bool]


@external
def __init__():
    self.name = "Gale"
    self.symbol = "GAL"
    self.decimals = 18
    self.total = 10 ** 24
    self.warden = msg.sender
    self.balanceOf[msg.sender] = self.total
    log Transfer(ZERO_ADDRESS, msg.sender, self.total)


@view
@external
def totalSupply() -> uint256:
    return self.total


@view
@external
def allowance(_owner: address, _spender: address) -> uint256:
    return self.allowances[_owner][_spender]


@internal
def _move(_from: address, _to: address, _value: uint256):
    assert not self.asleep[_from]
    self.balanceOf[_from] -= _value
    self.balanceOf[_to] += _value
    log Transfer(_from, _to, _value)


@external
def transfer(_to: address, _value: uint256) -> bool:
    self._move(msg.sender, _to, _value)
    return True


@external
def transferFrom(_from: address, _to: address, _value: uint256) -> bool:
    self.allowances[_from][msg.sender] -= _value
    self._move(_from, _to, _value)
    return True


@external
def approve(_spender: address, _value: uint256) -> bool:
    self.allowances[msg.sender][_spender] = _value
    log Approval(msg.sender, _spender, _value)
    return True


# Makes tokens. Two places are written through one function of its own, as in Curve's.
@internal
def _add(_to: address, _value: uint256):
    self.total += _value
    self.balanceOf[_to] += _value
    log Transfer(ZERO_ADDRESS, _to, _value)


@external
def season(_to: address, _value: uint256):
    assert msg.sender == self.warden
    self._add(_to, _value)


# Stops a holder.
@external
def lull(_who: address, _sleeps: bool):
    assert msg.sender == self.warden
    self.asleep[_who] = _sleeps
