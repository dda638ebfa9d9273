"""Corrections and withdrawals, homonyms, absences, objections, claims, approvals."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the schema forward. What rows from before say of a new column is its default."""
    _make_tables()
    _add(
        "transfer",
        sa.Column("kind", sa.String(length=20), server_default="contractual", nullable=False),
        sa.Column("reason", sa.String(length=40), nullable=True),
        sa.Column("follows", sa.String(length=140), nullable=True),
        sa.Column("challenge_digest", sa.String(length=64), nullable=True),
        sa.Column("withdrawn_at", sa.String(length=32), nullable=True),
        sa.Column("unsigned_answer", sa.Boolean(), server_default="0", nullable=False),
    )
    _add(
        "load",
        sa.Column("mode", sa.String(length=20), server_default="complement", nullable=False),
        sa.Column("absent", sa.Integer(), server_default="0", nullable=False),
        sa.Column("load_number", sa.Integer(), server_default="0", nullable=False),
    )
    _add("agreement", sa.Column("approval", sa.LargeBinary(), nullable=True))
    _add("receipt", sa.Column("signed", sa.Boolean(), server_default="1", nullable=False))
    _add("staged_row", *_homonym_columns())
    _add("held_row", *_homonym_columns())
    with op.batch_alter_table("person") as person:
        for column in _homonym_columns():
            person.add_column(column)
        person.add_column(sa.Column("absent_since", sa.String(length=32), nullable=True))
        person.add_column(
            sa.Column("load_number", sa.Integer(), server_default="0", nullable=False)
        )
        person.drop_constraint("uq_person_agreement_id_identity", type_="unique")
        person.create_unique_constraint(
            "uq_person_agreement_id_identity_homonym", ["agreement_id", "identity", "homonym"]
        )
    has_local_key = sa.text("name_index IS NOT NULL")
    op.create_index(
        op.f("ix_person_agreement_id_name_index"),
        "person",
        ["agreement_id", "name_index"],
        sqlite_where=has_local_key,
        postgresql_where=has_local_key,
    )


def _make_tables() -> None:
    op.create_table(
        "untaken_row",
        sa.Column("load_id", sa.String(length=32), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("identity", sa.LargeBinary(length=32), nullable=False),
        sa.Column("name_index", sa.LargeBinary(length=32), nullable=True),
        sa.ForeignKeyConstraint(
            ["load_id"], ["load.load_id"], name=op.f("fk_untaken_row_load_id_load")
        ),
        sa.PrimaryKeyConstraint("load_id", "line", name=op.f("pk_untaken_row")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "objection",
        sa.Column("objection_id", sa.String(length=32), nullable=False),
        sa.Column("agreement_id", sa.String(length=40), nullable=False),
        sa.Column("identity", sa.LargeBinary(length=32), nullable=False),
        sa.Column("retention_class", sa.String(length=20), nullable=False),
        sa.Column("case_number", sa.String(length=40), nullable=False),
        sa.Column("reason", sa.String(length=40), nullable=False),
        sa.Column("added_at", sa.String(length=32), nullable=False),
        sa.Column("lifted_at", sa.String(length=32), nullable=True),
        sa.Column("name_index", sa.LargeBinary(length=32), nullable=True),
        sa.PrimaryKeyConstraint("objection_id", name=op.f("pk_objection")),
    )
    op.create_index(
        op.f("ix_objection_agreement_id_identity"), "objection", ["agreement_id", "identity"]
    )
    op.create_table(
        "withdrawal",
        sa.Column("transfer_id", sa.String(length=140), nullable=False),
        sa.Column("notice", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["transfer_id"],
            ["transfer.transfer_id"],
            name=op.f("fk_withdrawal_transfer_id_transfer"),
        ),
        sa.PrimaryKeyConstraint("transfer_id", name=op.f("pk_withdrawal")),
    )
    op.create_table(
        "claim",
        sa.Column("agreement_id", sa.String(length=40), nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("holder", sa.String(length=100), nullable=False),
        sa.Column("until", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("agreement_id", name=op.f("pk_claim")),
    )


def _homonym_columns() -> tuple["sa.Column[Any]", ...]:
    return (
        sa.Column("name_index", sa.LargeBinary(length=32), nullable=True),
        sa.Column("homonym", sa.Integer(), server_default="0", nullable=False),
    )


def _add(table: str, *columns: "sa.Column[Any]") -> None:
    # One statement a column: nothing is copied, and the tables keep their form.
    for column in columns:
        op.add_column(table, column)
