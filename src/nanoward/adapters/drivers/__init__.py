"""Drivers: the ways to agents in people. Each transport stands behind one journal."""
