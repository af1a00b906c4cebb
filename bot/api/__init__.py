"""Owns the HTTP front door: parse, ask who calls, call one verb, render. Refuses the desk's rules."""
