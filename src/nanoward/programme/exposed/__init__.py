"""Exposed: people beside the plan who may carry the agent, until they are clear.

Their data serve them first, and nothing else without their consent. May import maths and base.
"""
