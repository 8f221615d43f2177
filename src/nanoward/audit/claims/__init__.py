"""Claims: what partners state before they know what we measured, and what is drawn for audit.

May import maths and base. Signed statements, schedules of what is owed, public draws, proofs
that two signed statements contradict each other.
"""
