"""Owns the import formats: one module per format, each file → raw articles; refuses to clean or judge
them.
"""
