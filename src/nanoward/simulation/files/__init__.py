"""Files of a simulated programme: SDTM, plans, faults planted, the folder written.

May import every other part of simulation, flows and wiring.
"""
