"""Who may do what: roles, rights, and the matrix in which they meet; signing in and duties.

Asked by every door of the ward, console, page and API alike; no door has a rule of its own.
"""
