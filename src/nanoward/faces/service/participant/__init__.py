"""The page of the people who carry the agent; leaving and stopping are always in view.

On a host name of its own; works offline, without script, and while the rest is down.
"""
