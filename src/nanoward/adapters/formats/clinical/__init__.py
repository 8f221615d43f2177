"""Clinical data: SDTM as XPT, Parquet or CSV, and FHIR R4.

May import formats.text, formats.values, formats.problems and base.
"""
