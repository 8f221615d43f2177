"""Signers: what turns bytes into signatures, and checks them."""
