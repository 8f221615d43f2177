"""Relays: messages between sites that are cut off, carried as sealed files by anybody.

What a file holds, which files are believed, and what is resent until it is receipted, as pure
functions; sealing and disks are elsewhere. May import programme.messages, maths and base.
"""
