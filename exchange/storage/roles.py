"""The rights of the role that works every day: it adds to the log, and cannot rewrite it."""

import re
from typing import Final

from exchange.errors import RefusedError
from exchange.storage.data_classes import OF_NO_BENEFICIARY
from exchange.storage.tables import evidence_event, evidence_head, evidence_node, metadata

_ONLY_ADDED_TO: Final = (evidence_event, evidence_node)
_NAME: Final = re.compile("[a-z_][a-z0-9_]{0,62}")


def is_written_anew(name: str) -> bool:
    """Tell whether a table holds something that a destruction must leave no trace of."""
    classes = {column.info["data_class"] for column in metadata.tables[name].columns}
    return bool(classes - OF_NO_BENEFICIARY)


def grants(role: str) -> str:
    """Give the SQL that lets a role do every act but ``init`` and ``upgrade``.

    Raises ``RefusedError`` for a name that would have to be quoted.
    """
    if _NAME.fullmatch(role) is None:
        raise RefusedError(
            "ce nom de rôle n'est pas admis",
            "des minuscules, des chiffres et _, par exemple : spie",
        )
    names = list(metadata.tables)
    added_to = [table.name for table in _ONLY_ADDED_TO]
    others = [name for name in names if name not in {*added_to, evidence_head.name}]
    anew = ", ".join(name for name in names if is_written_anew(name))
    return "\n".join(
        (
            f"REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {role};",
            f"GRANT USAGE ON SCHEMA public TO {role};",
            f"GRANT SELECT ON alembic_version TO {role};",
            f"GRANT SELECT, INSERT ON {', '.join(added_to)} TO {role};",
            f"GRANT SELECT, INSERT, UPDATE ON {evidence_head.name} TO {role};",
            f"GRANT SELECT, INSERT, UPDATE, DELETE ON {', '.join(others)} TO {role};",
            "-- Pour qu'une destruction récrive les tables (PostgreSQL 17 et plus récents) :",
            "DO $$ BEGIN IF current_setting('server_version_num')::int >= 170000 THEN",
            f"  EXECUTE 'GRANT MAINTAIN ON {anew} TO {role}';",
            "END IF; END $$;",
        )
    )
