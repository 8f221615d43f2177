"""Links between people: found, explained, followed over rounds, exported.

May import flows.steps, flows.catalogue, the rooms and ports.
"""
