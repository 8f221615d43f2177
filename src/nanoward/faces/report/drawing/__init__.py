"""Drawing: planes, palettes, figures, Vega, numbers as text.

Knows pixels, no room. Imports base alone.
"""
