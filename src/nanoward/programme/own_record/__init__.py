"""What a person reads of themselves: facts with their day, too old or not, and what is kept.

Knows entries and days given as arguments. May import base.
"""
