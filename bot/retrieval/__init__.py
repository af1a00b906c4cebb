"""Owns finding passages: filter first, then both searches, ranked. Refuses to phrase an answer."""
