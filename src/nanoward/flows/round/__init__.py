"""The weekly ward round: collect, hold each step, record, write.

May import every folder of flows, the rooms and ports.
"""
