"""Pregnancies, exposed people and urgent reports: cases opened, followed and closed.

May import flows of messages, programme, consent and steps, the rooms and ports.
"""
