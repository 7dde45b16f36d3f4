"""The queues of every account, so that a diamond's next transfer is found at once."""
