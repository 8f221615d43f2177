"""Identity: is this the agent, which strain, whose sample, and is it contaminated?

May import samples, calling, sequencing, maths and base.
"""
