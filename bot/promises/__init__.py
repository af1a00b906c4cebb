"""Owns what the desk promised to customers, as objects: told, kept, broken. Refuses a promise nobody has to keep."""
