"""Owns the way from published Markdown to the cleaned text of an article; refuses to read files."""
