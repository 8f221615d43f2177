"""nanoward control: orders, stops, kill codes and flushes, and the keys that sign for them.

May import faces.cli, faces.lane, flows and wiring.
"""
