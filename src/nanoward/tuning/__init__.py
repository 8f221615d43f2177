"""Room 5. Which setting keeps the benefit without the side effect, for this person?"""
