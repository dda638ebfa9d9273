"""By what a caller proves who it is, as the documentation of each route says it."""

from typing import Any, Final

from exchange.accounts import Right

PROOFS: Final = {
    "jeton": {"type": "http", "scheme": "bearer"},
    "certificat": {
        "type": "mutualTLS",
        "description": "Un certificat client, là où le serveur mandataire le transmet ; avec un "
        "jeton, les deux comptent.",
    },
}


def security_of(right: Right | None) -> dict[str, Any]:
    """Describe what a route asks for; ``None`` when anybody may call it."""
    if right is None:
        return {"security": []}
    return {"security": [{name: []} for name in PROOFS], "x-right": right.value}
