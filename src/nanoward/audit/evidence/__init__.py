"""Evidence: claims beside our own measurements, e-processes, verdicts, power of an audit.

May import audit.claims, maths and base. Numbers and words alone: no ledger, no file.
"""
