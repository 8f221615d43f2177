"""Tables of what was called and how deep it was read. Knows shapes of base/tables.

May import every other sub-house of the catalogue.
"""
