"""Intake: a file is looked at with all of its findings before anything of it is used.

Then it is accepted: written among the data, with a record of who did and what they were shown.
"""
