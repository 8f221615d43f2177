"""nanoward ledger, verify, witness: is the record whole? audit: do partners tell the truth?

May import faces.cli.options, flows and wiring.
"""
