"""Room 8. Is something unknown or hostile arriving?"""
