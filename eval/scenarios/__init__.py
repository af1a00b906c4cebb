"""Owns scripted customers: a grid of situations, and whole conversations through the real turn. Refuses a judge that
is a model."""
