"""What goes on unattended, and the values of people that a server notes: none."""

from typing import Final

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_OF_BENEFICIARIES: Final = {
    "objection": ("identity", "case_number", "name_index"),
    "person": ("person_id", "identity", "content_tag", "entry_date", "sealed", "name_index"),
    "held_row": ("person_id", "identity", "content_tag", "entry_date", "sealed", "name_index"),
    "staged_row": ("person_id", "identity", "content_tag", "entry_date", "sealed", "name_index"),
    "untaken_row": ("identity", "name_index"),
    "receipt": ("document",),
    "sent_line": ("person_id",),
}


def upgrade() -> None:
    """Bring the schema forward."""
    op.create_table(
        "attempt",
        sa.Column("job", sa.String(length=20), nullable=False),
        sa.Column("subject", sa.String(length=140), nullable=False),
        sa.Column("machine", sa.String(length=64), nullable=False),
        sa.Column("agreement_id", sa.String(length=40), nullable=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("first_at", sa.String(length=32), nullable=False),
        sa.Column("not_before", sa.String(length=32), nullable=False),
        sa.Column("cause", sa.Text(), nullable=False),
        sa.Column("hint", sa.Text(), nullable=False),
        sa.Column("asks_somebody", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("job", "subject", "machine", name=op.f("pk_attempt")),
    )
    op.create_table(
        "told_notice",
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("subject", sa.String(length=180), nullable=False),
        sa.Column("occasion", sa.Date(), nullable=False),
        sa.Column("told_at", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("kind", "subject", "occasion", name=op.f("pk_told_notice")),
    )
    op.add_column(
        "readiness", sa.Column("nothing_new_for", sa.Text(), nullable=False, server_default="[]")
    )
    # Not agreements only: what is done once for the whole home is claimed too.
    op.execute("ALTER TABLE claim RENAME COLUMN agreement_id TO subject")
    if op.get_context().dialect.name == "postgresql":
        _keep_no_statistics()


def _keep_no_statistics() -> None:
    # ANALYZE copies values of a column into pg_statistic, which no VACUUM FULL writes anew, and
    # an ANALYZE of the emptied table leaves as they are: a destruction would not reach them.
    for table, columns in _OF_BENEFICIARIES.items():
        for column in columns:
            op.execute(f"ALTER TABLE {table} ALTER COLUMN {column} SET STATISTICS 0")
