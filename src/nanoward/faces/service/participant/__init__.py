"""The page of the people who carry the agent; leaving and stopping are always in view."""
