"""Who somebody is at the doors: passkeys, invites, sessions, step-up, people and their roles.

Pages work with small scripts of our own, for a passkey is nothing without one.
"""
