"""What programme.toml may hold: every key of every section, as the frozen classes declare it.

Reference, JSON schema and the commented file are made from them; it knows no room by name.
"""
