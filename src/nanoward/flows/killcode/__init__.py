"""Kill codes: released, fired, drilled, sealed; flushes verified, escapes flagged.

May import flows.desk, flows.lane, the rooms and ports.
"""
