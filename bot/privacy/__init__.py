"""Owns what a person may ask for of their data, and what is kept how long. Refuses to know why somebody asks."""
