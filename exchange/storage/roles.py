"""The rights of the role that works every day: it adds to the log, and cannot rewrite it."""

import re
from typing import Final

from exchange.errors import RefusedError
from exchange.storage.data_classes import OF_NO_BENEFICIARY
from exchange.storage.tables import evidence_event, evidence_head, evidence_node, metadata

ONLY_ADDED_TO: Final = (evidence_event, evidence_node)
"""The tables of the log."""
_NAME: Final = re.compile("[a-z_][a-z0-9_]{0,62}")


def is_written_anew(name: str) -> bool:
    """Tell whether a table holds something that a destruction must leave no trace of."""
    classes = {column.info["data_class"] for column in metadata.tables[name].columns}
    return bool(classes - OF_NO_BENEFICIARY)


def grants(role: str) -> str:
    """Give the SQL that lets a role do every act but ``init`` and ``upgrade``.

    It is about the tables that the search path of whoever runs it finds, in whichever schema;
    in one transaction, so that nobody at work is without a right meanwhile. Raises
    ``RefusedError`` for a name that would have to be quoted.
    """
    if _NAME.fullmatch(role) is None:
        raise RefusedError(
            "ce nom de rôle n'est pas admis",
            "des minuscules, des chiffres et _, par exemple : spie",
        )
    names = list(metadata.tables)
    added_to = [table.name for table in ONLY_ADDED_TO]
    others = [name for name in names if name not in {*added_to, evidence_head.name}]
    anew = ", ".join(name for name in names if is_written_anew(name))
    return "\n".join(
        (
            "BEGIN;",
            f"REVOKE ALL ON alembic_version, {', '.join(names)} FROM {role};",
            "DO $$ BEGIN",
            "  EXECUTE 'GRANT USAGE ON SCHEMA ' || quote_ident(current_schema()) ||",
            f"    ' TO {role}';",
            "END $$;",
            f"GRANT SELECT ON alembic_version TO {role};",
            f"GRANT SELECT, INSERT ON {', '.join(added_to)} TO {role};",
            f"GRANT SELECT, INSERT, UPDATE ON {evidence_head.name} TO {role};",
            f"GRANT SELECT, INSERT, UPDATE, DELETE ON {', '.join(others)} TO {role};",
            "-- Pour qu'une destruction récrive les tables (PostgreSQL 17 et plus récents) :",
            "DO $$ BEGIN IF current_setting('server_version_num')::int >= 170000 THEN",
            f"  EXECUTE 'GRANT MAINTAIN ON {anew} TO {role}';",
            "END IF; END $$;",
            "COMMIT;",
        )
    )
