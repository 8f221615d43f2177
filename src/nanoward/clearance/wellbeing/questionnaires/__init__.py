"""Questionnaires that are shipped with their text, a module each: `QUESTIONNAIRE` declares it.

May import clearance.wellbeing.instruments and base.
"""
