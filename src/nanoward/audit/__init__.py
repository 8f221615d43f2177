"""Room 7. Is the ledger whole, and did partners tell the truth?"""
