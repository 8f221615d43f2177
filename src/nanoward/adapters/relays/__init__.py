"""Relays: the keys of sites and what is kept of their files beside the ledger."""
