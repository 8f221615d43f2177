"""Text files to rows: encoding, gzip, delimiters, CSV tables of the programme.

May import formats.problems, formats.values, maths and base.
"""
