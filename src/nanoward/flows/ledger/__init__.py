"""The ledger: opened, verified, proved, witnessed, exported, erased from, put under stress.

May import flows.steps, the rooms and ports.
"""
