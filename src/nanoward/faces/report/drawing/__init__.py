"""Drawing: planes, palettes, figures, scales, numbers as text.

Knows pixels, no room. Imports base alone.
"""
