"""Stores that several machines share: blobs in an S3 bucket. Knows content, names and seals.

May import the other stores and what every adapter may.
"""
