"""Answers marked"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.add_column("posts", sa.Column("marked_at", sa.BigInteger(), nullable=True))
