"""What the people who carry the agent read and do on their own page; one use case each.

May import every other folder of flows but the service's own, the rooms and ports.
"""
