"""Accounts, roles, recovery, cards, emergency access and signatures at the doors.

The ledger says who holds which role; accounts follow it.
"""
