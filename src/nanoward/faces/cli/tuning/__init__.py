"""nanoward tuning: fits, doses, settings, imports.

May import faces.cli.options, faces.report.charts, flows and wiring.
"""
