"""Create the tables."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

# Where more is counted, of bytes or leaves, than an INTEGER of PostgreSQL holds.
_WIDE = sa.Integer().with_variant(sa.BigInteger(), "postgresql")


def upgrade() -> None:
    """Bring the schema forward."""
    op.create_table(
        "agreement",
        sa.Column("agreement_id", sa.String(length=40), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("file", sa.LargeBinary(), nullable=False),
        sa.Column("loaded_at", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("agreement_id", "version", name=op.f("pk_agreement")),
    )
    op.create_table(
        "evidence_event",
        sa.Column("leaf_index", _WIDE, autoincrement=False, nullable=False),
        sa.Column("event", sa.Text(), nullable=False),
        _event_field("kind", "kind"),
        _event_field("at", "at"),
        _event_field("actor", "actor.name"),
        _event_field("outcome", "outcome"),
        _event_field("subject", "subject"),
        sa.PrimaryKeyConstraint("leaf_index", name=op.f("pk_evidence_event")),
    )
    op.create_table(
        "evidence_head",
        sa.Column("head_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("frontier", sa.LargeBinary(), nullable=False),
        sa.Column("last_wall_at", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("head_id", name=op.f("pk_evidence_head")),
    )
    op.create_table(
        "evidence_node",
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("node_index", _WIDE, nullable=False),
        sa.Column("hash", sa.LargeBinary(length=32), nullable=False),
        sa.PrimaryKeyConstraint("level", "node_index", name=op.f("pk_evidence_node")),
    )
    op.create_table(
        "home_state",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_home_state")),
    )
    op.create_table(
        "load",
        sa.Column("load_id", sa.String(length=32), nullable=False),
        sa.Column("agreement_id", sa.String(length=40), nullable=False),
        sa.Column("begun_at", sa.String(length=32), nullable=False),
        sa.Column("ended_at", sa.String(length=32), nullable=True),
        sa.Column("attested_by", sa.String(length=100), nullable=True),
        sa.Column("accepted", sa.Integer(), nullable=False),
        sa.Column("refused", sa.Integer(), nullable=False),
        sa.Column("held", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("load_id", name=op.f("pk_load")),
    )
    with op.batch_alter_table("load", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_load_agreement_id_ended_at"), ["agreement_id", "ended_at"], unique=False
        )

    op.create_table(
        "person",
        sa.Column("person_id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("agreement_id", sa.String(length=40), nullable=False),
        sa.Column("identity", sa.LargeBinary(length=32), nullable=False),
        sa.Column("content_tag", sa.LargeBinary(length=16), nullable=False),
        sa.Column("retention_class", sa.String(length=20), nullable=False),
        sa.Column("key_version", sa.Integer(), nullable=False),
        sa.Column("schema_version", sa.Integer(), nullable=False),
        sa.Column("entry_date", sa.Date(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("first_loaded_at", sa.String(length=32), nullable=False),
        sa.Column("updated_at", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_person")),
        sa.UniqueConstraint(
            "agreement_id", "identity", name=op.f("uq_person_agreement_id_identity")
        ),
    )
    with op.batch_alter_table("person", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_person_agreement_id_entry_date"),
            ["agreement_id", "entry_date"],
            unique=False,
        )

    op.create_table(
        "purge",
        sa.Column("purge_id", sa.String(length=32), nullable=False),
        sa.Column("agreement_id", sa.String(length=40), nullable=False),
        sa.Column("begun_at", sa.String(length=32), nullable=False),
        sa.Column("ended_at", sa.String(length=32), nullable=True),
        sa.Column("plan", sa.Text(), nullable=False),
        sa.Column("outcome_leaf", sa.Integer(), nullable=True),
        sa.Column("certificate", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("purge_id", name=op.f("pk_purge")),
    )
    op.create_table(
        "readiness",
        sa.Column("agreement_id", sa.String(length=40), nullable=False),
        sa.Column("deadline_id", sa.String(length=40), nullable=False),
        sa.Column("declared_at", sa.String(length=32), nullable=False),
        sa.Column("declared_by", sa.String(length=100), nullable=False),
        sa.Column("person_count", sa.Integer(), nullable=False),
        sa.Column("last_load_at", sa.String(length=32), nullable=True),
        sa.PrimaryKeyConstraint("agreement_id", "deadline_id", name=op.f("pk_readiness")),
    )
    op.create_table(
        "held_row",
        sa.Column("load_id", sa.String(length=32), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("agreement_id", sa.String(length=40), nullable=False),
        sa.Column("held_code", sa.String(length=40), nullable=False),
        sa.Column("person_id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("identity", sa.LargeBinary(length=32), nullable=False),
        sa.Column("content_tag", sa.LargeBinary(length=16), nullable=False),
        sa.Column("retention_class", sa.String(length=20), nullable=False),
        sa.Column("key_version", sa.Integer(), nullable=False),
        sa.Column("schema_version", sa.Integer(), nullable=False),
        sa.Column("entry_date", sa.Date(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["load_id"], ["load.load_id"], name=op.f("fk_held_row_load_id_load")
        ),
        sa.PrimaryKeyConstraint("load_id", "line", name=op.f("pk_held_row")),
    )
    with op.batch_alter_table("held_row", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_held_row_agreement_id"), ["agreement_id"], unique=False
        )

    op.create_table(
        "staged_row",
        sa.Column("load_id", sa.String(length=32), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("identity", sa.LargeBinary(length=32), nullable=False),
        sa.Column("content_tag", sa.LargeBinary(length=16), nullable=False),
        sa.Column("key_version", sa.Integer(), nullable=False),
        sa.Column("schema_version", sa.Integer(), nullable=False),
        sa.Column("entry_date", sa.Date(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("held_code", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(
            ["load_id"], ["load.load_id"], name=op.f("fk_staged_row_load_id_load")
        ),
        sa.PrimaryKeyConstraint("load_id", "line", name=op.f("pk_staged_row")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "transfer",
        sa.Column("transfer_id", sa.String(length=140), nullable=False),
        sa.Column("agreement_id", sa.String(length=40), nullable=False),
        sa.Column("deadline_id", sa.String(length=40), nullable=False),
        sa.Column("recipient_id", sa.String(length=40), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("agreement_version", sa.Integer(), nullable=False),
        sa.Column("instruction_id", sa.String(length=40), nullable=False),
        sa.Column("undeclared", sa.Boolean(), nullable=False),
        sa.Column("prepared_at", sa.String(length=32), nullable=False),
        sa.Column("published_at", sa.String(length=32), nullable=True),
        sa.Column("answered_at", sa.String(length=32), nullable=True),
        sa.Column("row_count", sa.Integer(), nullable=True),
        sa.Column("package_digest", sa.String(length=64), nullable=True),
        sa.Column("package_size", _WIDE, nullable=True),
        sa.Column("package_removed_at", sa.String(length=32), nullable=True),
        sa.ForeignKeyConstraint(
            ["agreement_id", "agreement_version"],
            ["agreement.agreement_id", "agreement.version"],
            name=op.f("fk_transfer_agreement_id_agreement_version_agreement"),
        ),
        sa.PrimaryKeyConstraint("transfer_id", name=op.f("pk_transfer")),
        sa.UniqueConstraint(
            "agreement_id",
            "deadline_id",
            "recipient_id",
            "revision",
            name=op.f("uq_transfer_agreement_id_deadline_id_recipient_id_revision"),
        ),
    )
    op.create_table(
        "receipt",
        sa.Column("receipt_digest", sa.String(length=64), nullable=False),
        sa.Column("transfer_id", sa.String(length=140), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("received_at", sa.String(length=32), nullable=False),
        sa.Column("document", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["transfer_id"], ["transfer.transfer_id"], name=op.f("fk_receipt_transfer_id_transfer")
        ),
        sa.PrimaryKeyConstraint("receipt_digest", name=op.f("pk_receipt")),
    )
    with op.batch_alter_table("receipt", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_receipt_transfer_id"), ["transfer_id"], unique=False)

    op.create_table(
        "rejected_line",
        sa.Column("transfer_id", sa.String(length=140), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(
            ["transfer_id"],
            ["transfer.transfer_id"],
            name=op.f("fk_rejected_line_transfer_id_transfer"),
        ),
        sa.PrimaryKeyConstraint("transfer_id", "line", "code", name=op.f("pk_rejected_line")),
    )
    op.create_table(
        "sent_line",
        sa.Column("transfer_id", sa.String(length=140), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.LargeBinary(length=16), nullable=False),
        sa.ForeignKeyConstraint(
            ["transfer_id"],
            ["transfer.transfer_id"],
            name=op.f("fk_sent_line_transfer_id_transfer"),
        ),
        sa.PrimaryKeyConstraint("transfer_id", "line", name=op.f("pk_sent_line")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("sent_line", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sent_line_person_id"), ["person_id"], unique=False)


def _event_field(name: str, path: str) -> "sa.Column[Any]":
    extracted = f"json_extract(event, '$.{path}')"
    on_server = op.get_bind().dialect.name == "postgresql"
    if on_server:
        extracted = f"event::json #>> '{{{path.replace('.', ',')}}}'"
    # Before its version 18, PostgreSQL generates only what it also stores.
    computed = sa.Computed(extracted, persisted=on_server)
    return sa.Column(name, sa.Text(), computed, nullable=True)


def downgrade() -> None:
    """Take the schema back."""
    with op.batch_alter_table("sent_line", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_sent_line_person_id"))

    op.drop_table("sent_line")
    op.drop_table("rejected_line")
    with op.batch_alter_table("receipt", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_receipt_transfer_id"))

    op.drop_table("receipt")
    op.drop_table("transfer")
    op.drop_table("staged_row")
    with op.batch_alter_table("held_row", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_held_row_agreement_id"))

    op.drop_table("held_row")
    op.drop_table("readiness")
    op.drop_table("purge")
    with op.batch_alter_table("person", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_person_agreement_id_entry_date"))

    op.drop_table("person")
    with op.batch_alter_table("load", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_load_agreement_id_ended_at"))

    op.drop_table("load")
    op.drop_table("home_state")
    op.drop_table("evidence_node")
    op.drop_table("evidence_head")
    op.drop_table("evidence_event")
    op.drop_table("agreement")
