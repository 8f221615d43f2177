"""Accounts, passkeys and sessions, kept beside the ledger of a programme."""
