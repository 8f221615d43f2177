"""Room 1. What is this product, and is this lot really built to it?"""
