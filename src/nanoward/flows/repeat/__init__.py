"""Repeat: a round that is asked for again while nothing changed is answered by what it gave.

May import flows.round, flows.steps, the rooms and ports.
"""
