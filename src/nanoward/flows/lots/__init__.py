"""Lots: registered, released, checked; adaptation measured against the lot given.

May import flows.steps, flows.catalogue, the rooms and ports.
"""
