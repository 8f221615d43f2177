"""Orders: sent, resumed, stopped, for one person or a fleet.

May import flows.desk, the rooms and ports.
"""
