"""Specs of agents: checked against designs and the rules.

May import flows.steps, the rooms and ports.
"""
