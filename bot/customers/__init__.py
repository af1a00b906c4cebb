"""Owns who a visitor is, when a website vouches for it. Refuses what a visitor says of itself."""
