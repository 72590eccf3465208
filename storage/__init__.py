"""The database behind one door: SQLAlchemy Core, migrated by Alembic."""
