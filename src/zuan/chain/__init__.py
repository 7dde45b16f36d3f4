"""Connections, networks, accounts, transactions and the local chain."""
