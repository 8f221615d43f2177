"""Alarms: what each stream is expected to show, the evidence against that, and one threshold.

Knows counts in time, null models, bets on conformal ranks, the programme's alarm and silence.
"""
