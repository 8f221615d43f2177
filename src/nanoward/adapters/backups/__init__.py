"""Backups of a programme: one file that is whole or not there, its keys apart and encrypted."""
