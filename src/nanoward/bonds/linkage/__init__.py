"""Which pairs are links: unrelated pairs, p-values, false discovery, clusters, power.

May import relatedness, maths and base.
"""
