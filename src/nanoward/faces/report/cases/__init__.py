"""Cases in the report: pregnancies, people beside the plan, urgent reports; no name is shown.

May import charts, drawing, flows and base.
"""
