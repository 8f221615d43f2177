"""Values: one parser per kind, for all formats and rooms; what cannot be read is told.

days (ISO 8601, partial, intervals, other forms), numbers (decimal commas, thousands, bounds),
flags (Y, N, U), terms and codelists (SDTM's words, their synonyms and near misses),
test_codes and loinc, identifiers (near misses name the person), missing (`.`, NA, `.A`);
typed_columns puts them together for a table. Units are parsed by base/units.py.

May import formats.problems and base.
"""
