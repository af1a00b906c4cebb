"""Owns scripted customers: a grid of situations, and whole conversations through the real turn."""
