"""People of a simulated programme: households, contacts, doses, laboratory, harms, standings.

May import simulation.study, maths and base.
"""
