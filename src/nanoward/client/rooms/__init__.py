"""The parts of the API as classes, made from its document by tools/write_client.py.

May import client.transport.
"""
