"""Clearance: SDTM read, people decided about and monitored, plain files graded.

May import flows.steps, flows.consent, the rooms and ports.
"""
