"""Lodging: who has which bed when, and who was in contact through rooms, shifts and waiting.

May import programme.visits, maths and base.
"""
