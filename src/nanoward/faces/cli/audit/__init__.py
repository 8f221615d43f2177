"""nanoward ledger, verify, witness: is the record whole?

May import faces.cli.options, flows and wiring.
"""
