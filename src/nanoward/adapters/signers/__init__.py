"""Signers: keys of ledgers and witnesses in files (0600), and the keys of people."""
