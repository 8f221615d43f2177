"""nanoward init, round, simulate.

May import faces.cli.options, faces.report, flows, simulation and wiring.
"""
