"""Owns what the content team is told about the articles in service; refuses to change any."""
