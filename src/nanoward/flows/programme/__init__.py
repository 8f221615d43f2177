"""Visits, lodging, agreements and books of a programme: asked, decided, and put on the ledger.

May import flows.consent, flows.exit, flows.steps, the rooms and ports.
"""
