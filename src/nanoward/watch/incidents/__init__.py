"""Incidents: opened by an alarm or a person, acknowledged or escalated, stood down by a person.

Knows entries, a rota, playbooks and moments given as arguments; carries out nothing.
"""
