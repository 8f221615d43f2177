"""Room 6. May this order be sent, was the kill code obeyed, is the agent escaping?"""
