"""Owns what a text states, and whether two statements can both be true. Refuses to know bases and chats."""
