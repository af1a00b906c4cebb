"""Owns what customers ask and no article answers: found by itself, closed only by proof. Refuses to write articles."""
