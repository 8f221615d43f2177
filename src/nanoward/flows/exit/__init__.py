"""The way out: notices are kept first, answered with a receipt, then carried to all who act.

May import flows.consent, flows.desk, flows.steps, the rooms and ports.
"""
