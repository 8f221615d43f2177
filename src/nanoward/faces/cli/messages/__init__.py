"""nanoward message and nanoward site. May import faces.cli, flows and wiring."""
