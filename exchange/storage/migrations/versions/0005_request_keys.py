"""Requests that may come again; the log by kind, and by who acted."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_WIDE = sa.Integer().with_variant(sa.BigInteger(), "postgresql")


def upgrade() -> None:
    """Bring the schema forward."""
    op.create_table(
        "request_key",
        sa.Column("account_id", sa.String(length=40), nullable=False),
        sa.Column("key_digest", sa.LargeBinary(length=32), nullable=False),
        sa.Column("fingerprint", sa.LargeBinary(length=32), nullable=False),
        sa.Column("request_id", sa.String(length=40), nullable=False),
        sa.Column("claimed_at", sa.String(length=32), nullable=False),
        sa.Column("leaf", _WIDE, nullable=False),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("headers", sa.Text(), nullable=True),
        sa.Column("body", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("account_id", "key_digest", name=op.f("pk_request_key")),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.account_id"], name=op.f("fk_request_key_account_id_account")
        ),
    )
    op.create_index(op.f("ix_request_key_claimed_at"), "request_key", ["claimed_at"])
    if op.get_context().dialect.name == "postgresql":
        # As for every column that holds something of a person (0003).
        op.execute("ALTER TABLE request_key ALTER COLUMN body SET STATISTICS 0")
    for column in ("kind", "actor"):
        name = op.f(f"ix_evidence_event_{column}_leaf_index")
        op.create_index(name, "evidence_event", [column, "leaf_index"])
