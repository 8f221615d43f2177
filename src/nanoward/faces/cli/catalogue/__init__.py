"""nanoward catalogue: samples typed, compared and plotted.

May import faces.cli.options, faces.report.charts, flows and wiring.
"""
