"""Owns the way to a person: facts, packet, routing, ticket. Refuses what agents do with it: see desk."""
