"""Messages: written to a role or a person, delivered, answered or escalated.

What became of a message is a function of the entries and of the moment alone: a restart, or a
day on which nothing ran, changes nothing. May import maths and base.
"""
