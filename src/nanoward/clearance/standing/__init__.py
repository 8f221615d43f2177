"""Standing: may this person start, stay, or must they leave now?

May import sdtm, grading, policy, consent, maths and base.
"""
