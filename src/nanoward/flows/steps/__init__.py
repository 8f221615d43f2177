"""What all steps share: outcome of a step, memoised tables, findings as rows, Parquet.

May import ports and base; no other flow.
"""
