"""nanoward clearance: plain files, people, consent, stopping rules.

May import faces.cli.options, flows and wiring.
"""
