"""Owns the Alembic revisions of the database. Refuses to run them: see storage/migrate.py."""
