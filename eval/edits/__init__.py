"""Owns what an edit of the articles can reach and what it does there; refuses to judge answers: the checks do."""
