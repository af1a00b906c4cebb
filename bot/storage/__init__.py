"""Owns the database: connections, tables, migrations, time and JSON columns. Refuses every rule of the desk."""
