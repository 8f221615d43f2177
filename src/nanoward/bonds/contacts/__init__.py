"""Who is compared and who met whom; whether contact explains links, and which it does not.

May import maths, base and the rules of the room.
"""
