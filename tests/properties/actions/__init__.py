"""What a campaign does: an action set for each contract."""
