"""Stores: where ledger, blobs and rounds are kept."""
