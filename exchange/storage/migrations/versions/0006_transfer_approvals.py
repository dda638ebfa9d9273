"""What a second account approves before it leaves."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the schema forward."""
    op.create_table(
        "transfer_approval",
        sa.Column("transfer_id", sa.String(length=140), nullable=False),
        sa.Column("basis", sa.String(length=64), nullable=False),
        sa.Column("prepared_by", sa.String(length=100), nullable=False),
        sa.Column("unattended", sa.Boolean(), nullable=False),
        sa.Column("asked_at", sa.String(length=32), nullable=False),
        sa.Column("approved_by", sa.String(length=100), nullable=True),
        sa.Column("approved_at", sa.String(length=32), nullable=True),
        sa.ForeignKeyConstraint(
            ["transfer_id"],
            ["transfer.transfer_id"],
            name=op.f("fk_transfer_approval_transfer_id_transfer"),
        ),
        sa.PrimaryKeyConstraint("transfer_id", name=op.f("pk_transfer_approval")),
    )
