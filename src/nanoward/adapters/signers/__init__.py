"""Signers: keys in files (0600), and the keys of people."""
