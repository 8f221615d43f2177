"""Partners: claims taken in, audits drawn, claims compared and judged, answers and appeals.

May import flows.steps, the rooms and ports.
"""
