"""The agent's genome: evolution in hosts, spread between them, lots and reads.

May import simulation.hosts, simulation.study, maths and base.
"""
