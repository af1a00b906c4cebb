"""Owns articles → passages → vectors → published generations. Refuses to know of chats."""
