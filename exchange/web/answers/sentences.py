"""What the problems say in French: a stable code, a title, what is wrong, the way out."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Final, TypeAlias

Sentences: TypeAlias = tuple[str, str, str, str]
"""Code, title, detail and hint, as ``ProblemSchema`` describes them."""

_TELL: Final = "signalez le numéro de la demande à l'administrateur du service"
BUSY: Final = (
    "un autre travail est en cours sur cette convention",
    "recommencez dans quelques instants",
)
LATER: Final[Sentences] = (
    "plus-tard",
    "Plus tard",
    "le service ne peut pas répondre maintenant",
    "recommencez dans quelques instants ; si cela dure, signalez le numéro de la demande",
)
TO_MEND: Final[Sentences] = (
    "a-reparer",
    "À réparer",
    "l'installation du service est à réparer : il ne peut pas travailler",
    _TELL,
)
TO_EXAMINE: Final[Sentences] = (
    "a-examiner",
    "À examiner",
    "le service attend que quelqu'un examine ses données et leurs preuves",
    _TELL,
)
UNEXPECTED: Final[Sentences] = ("defaut", "Défaut du service", "le service s'est trompé", _TELL)

OF_HTTP: Final[Mapping[HTTPStatus, Sentences]] = {
    HTTPStatus.BAD_REQUEST: (
        "demande-invalide",
        "Demande invalide",
        "la demande ne peut pas être lue",
        "comparez-la à la documentation : /api/v1/openapi.json",
    ),
    HTTPStatus.NOT_FOUND: (
        "introuvable",
        "Introuvable",
        "il n'y a rien à cette adresse, ou rien qui vous soit destiné",
        "vérifiez l'adresse ; ce que le service offre : /api/v1/openapi.json",
    ),
    HTTPStatus.METHOD_NOT_ALLOWED: (
        "methode-refusee",
        "Méthode refusée",
        "cette adresse ne se demande pas ainsi",
        "les méthodes admises sont dans l'en-tête Allow",
    ),
    HTTPStatus.REQUEST_TIMEOUT: (
        "trop-lent",
        "Trop lent",
        "la demande n'est pas arrivée entière dans le temps admis",
        "recommencez-la, sur une liaison plus rapide si cela se répète",
    ),
    HTTPStatus.GONE: (
        "n-y-est-plus",
        "N'y est plus",
        "ce paquet n'est plus au dossier d'envoi : retiré, remplacé ou détruit à son terme",
        "l'état du transfert dit pourquoi",
    ),
    HTTPStatus.PRECONDITION_FAILED: (
        "a-change",
        "A changé",
        "ce n'est plus ce que vous aviez lu (If-Match) : rien n'a été fait",
        "relisez, puis décidez de nouveau, avec l'ETag que la lecture donne",
    ),
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: (
        "trop-grand",
        "Trop grand",
        "le corps de la demande dépasse ce qui est admis ici",
        "envoyez-le en plusieurs fois",
    ),
    HTTPStatus.REQUEST_URI_TOO_LONG: (
        "adresse-trop-longue",
        "Adresse trop longue",
        "l'adresse de la demande est trop longue",
        "raccourcissez-la",
    ),
    HTTPStatus.TOO_MANY_REQUESTS: (
        "trop-de-demandes",
        "Trop de demandes",
        "trop de demandes, ou de refus, en une minute",
        "attendez autant de secondes que dit l'en-tête Retry-After",
    ),
    HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE: (
        "en-tetes-trop-grands",
        "En-têtes trop grands",
        "les en-têtes de la demande dépassent ce qui est admis",
        "enlevez ceux que la documentation ne demande pas",
    ),
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE: (
        "genre-refuse",
        "Genre de contenu refusé",
        "ce genre de contenu n'est pas admis ici",
        "les genres admis sont dans la documentation : /api/v1/openapi.json",
    ),
    HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE: (
        "plage-impossible",
        "Plage impossible",
        "ce qui est demandé n'a pas cette plage d'octets",
        "reprenez d'après sa taille : en-tête Content-Range",
    ),
    HTTPStatus.UNPROCESSABLE_ENTITY: (
        "champs-invalides",
        "Champs invalides",
        "des champs de la demande manquent ou ne sont pas admis",
        "corrigez chacun des champs nommés",
    ),
}
"""The problems that a status of HTTP is enough to tell."""
