"""What changed since the last round: rows, files, people and standings compared.

May import maths and base.
"""
