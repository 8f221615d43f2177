"""Room 4. May this person start, stay, or must they leave now?"""
