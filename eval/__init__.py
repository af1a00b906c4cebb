"""Runs cases through the real pipeline and compares with a committed baseline. Never imported by the
product.
"""
