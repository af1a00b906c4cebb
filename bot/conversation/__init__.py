"""Owns conversations and their messages, masked and stored once. Refuses to answer them."""
