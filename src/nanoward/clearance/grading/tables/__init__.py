"""Published grading tables, a module each: `TABLE` declares it.

May import the rules of clearance.grading, and base.
"""
