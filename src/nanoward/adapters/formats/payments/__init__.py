"""Files between us and banks: ISO 20022 payment orders and what became of them, and CSV.

May import formats.text, formats.values, formats.problems and what every adapter may.
"""
