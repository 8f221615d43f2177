"""Within-host evolution: baseline, acquired and parallel mutations, integrity of kill loci.

May import samples, calling, identity, maths and base.
"""
