"""The database is what its documents say, and the migrations make it."""

from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Column, create_engine

from exchange.storage import schema
from exchange.storage.data_classes import DESCRIPTIONS, DataClass
from exchange.storage.tables import metadata
from tests.documents import compare_or_rewrite

_DOCUMENT = Path(__file__).parents[2] / "docs/data-at-rest.md"
_PERSONAL = {DataClass.SEALED, DataClass.BLIND_INDEX, DataClass.PERSONAL_CLEAR}
_COLUMNS = [column for table in metadata.sorted_tables for column in table.columns]


@pytest.mark.parametrize("column", _COLUMNS, ids=str)
def test_every_column_declares_its_class(column: "Column[object]") -> None:
    assert isinstance(column.info.get("data_class"), DataClass)


def test_the_only_personal_data_in_clear_is_the_entry_date() -> None:
    clear = {c.name for c in _COLUMNS if c.info["data_class"] is DataClass.PERSONAL_CLEAR}

    assert clear == {"entry_date"}


def test_every_table_with_personal_data_has_a_retention_rule() -> None:
    with_personal_data = {
        column.table.name for column in _COLUMNS if column.info["data_class"] in _PERSONAL
    }
    with_retention_class = {c.table.name for c in _COLUMNS if c.name == "retention_class"}

    # The staging is emptied by the load itself, and by every destruction.
    assert with_personal_data == with_retention_class | {"staged_row", "untaken_row"}


def test_there_is_one_migration_head() -> None:
    scripts = ScriptDirectory(
        str(Path(schema.__file__).parent / "migrations"),
    )

    assert len(scripts.get_heads()) == 1


def test_the_migrations_make_the_tables() -> None:
    engine = create_engine("sqlite://")
    with engine.connect() as connection:
        schema.upgrade(connection)

        differences = compare_metadata(MigrationContext.configure(connection), metadata)
    engine.dispose()

    assert differences == []


def test_the_document_of_data_at_rest_is_that_of_the_tables() -> None:
    compare_or_rewrite(_DOCUMENT, _document())


def _document() -> str:
    lines = [
        "# Ce qui repose dans la base",
        "",
        "Ce document est engendré depuis `exchange/storage/tables/` ; un test compare les deux.",
        "",
        "| classe | ce qu'elle contient |",
        "|---|---|",
        *(f"| `{name}` | {text} |" for name, text in DESCRIPTIONS.items()),
    ]
    for table in metadata.sorted_tables:
        lines += ["", f"## `{table.name}`", "", "| colonne | classe |", "|---|---|"]
        lines += [f"| `{c.name}` | `{c.info['data_class']}` |" for c in table.columns]
    return "\n".join(lines) + "\n"
