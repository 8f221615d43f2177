"""Witnesses: the desk of one, how it is asked, and who they are."""
