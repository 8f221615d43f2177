"""Signing in: invites, passkeys, sessions, stepping up; pages of one's own account."""
