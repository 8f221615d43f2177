"""What every route of the API does alike: strict bodies, keys of requests, pages.

Knows no room.
"""
