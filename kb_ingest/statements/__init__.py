"""Owns what a text states: its statements with their figures and denials, and whether two of them can both be true.

Refuses to know which articles they stand in.
"""
