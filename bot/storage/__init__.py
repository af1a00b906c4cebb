"""Owns the database: connections, tables, migrations, time, JSON columns. Refuses every rule of the desk."""
