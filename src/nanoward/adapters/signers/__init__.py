"""Signatures of people: Ed25519 keys in files, and passkeys (WebAuthn)."""
