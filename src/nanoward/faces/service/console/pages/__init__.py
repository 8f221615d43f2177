"""Pages of the console, one file each: what is now, what can be done, and which sections.

Each page's router is joined in console_router.py.
"""
