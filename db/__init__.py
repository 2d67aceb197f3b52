"""Storage: the only package that knows SQLAlchemy."""
