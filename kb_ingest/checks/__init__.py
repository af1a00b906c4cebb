"""Owns what is said about articles that are in but need a look; refuses to change or leave out any."""
