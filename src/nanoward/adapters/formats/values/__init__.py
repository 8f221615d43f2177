"""Values: text columns to typed columns; what cannot be read is null and told.

May import formats.problems and base.
"""
