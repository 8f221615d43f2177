"""The kill lane: a process that stops and kills wait for; its history and state of control.

May import flows.desk, flows.steps, the rooms and ports.
"""
