"""Consent: issued, signed, read, withdrawn; concerns; undue influence; what it permits.

May import flows.steps, the rooms and ports.
"""
