import pytest


@pytest.fixture
def set_auditors(oracle, who):
    """Replaces the auditors as the owner."""

    def run(auditors, quorum, dry=False):
        return (oracle.setAuditors.call if dry else oracle.setAuditors)(auditors, quorum, {"from": who.owner})

    return run
