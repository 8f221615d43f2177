"""What is printed: packs of the council and reports of rounds as PDF, and what PDF needs.

Knows pages, tables with headings that readers for the blind find, and pictures with words.
"""
