"""Council: packs made and opened, positions taken, decisions, pauses, actions, evidence.

May import flows of pregnancies, messages, programme, consent and steps, the rooms and ports.
"""
