"""The ward's doors over HTTP: API, console and the participant's own page, one process.

A route parses, calls one flow, and renders; who may do it is asked of one guard.
"""
