"""Room 3. Who shares factors beyond chance, which way, and does contact explain it?"""
