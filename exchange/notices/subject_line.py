"""The subject of a mail: what it is about, so that an urgent one is not read last."""

from collections import Counter
from collections.abc import Sequence
from types import MappingProxyType
from typing import Final

from exchange.french_numbers import integer
from exchange.notices.notice import Notice, NoticeKind

_NAMED: Final = 3
_ABOUT: Final = MappingProxyType(
    {
        NoticeKind.STOPPED: ("service arrêté", "service arrêté"),
        NoticeKind.DUE_SOON: ("échéance proche", "échéances proches"),
        NoticeKind.UNDECLARED: ("échéance non déclarée", "échéances non déclarées"),
        NoticeKind.APPROVAL_AWAITED: ("envoi à approuver", "envois à approuver"),
        NoticeKind.LATE: ("échéance en retard", "échéances en retard"),
        NoticeKind.SENT: ("envoi fait", "envois faits"),
        NoticeKind.SENT_LATE: ("envoi fait en retard", "envois faits en retard"),
        NoticeKind.NOTHING_TO_SEND: (
            "échéance sans rien à envoyer",
            "échéances sans rien à envoyer",
        ),
        NoticeKind.MISSED: ("échéance qui ne partira plus", "échéances qui ne partiront plus"),
        NoticeKind.FAILED: ("échec", "échecs"),
        NoticeKind.RECEIPT_OVERDUE: ("réponse attendue", "réponses attendues"),
        NoticeKind.PURGE_ANNOUNCED: ("destruction prévue", "destructions prévues"),
        NoticeKind.PURGED: ("destruction faite", "destructions faites"),
        NoticeKind.LOG_DISAGREES: ("journal des preuves en cause", "journal des preuves en cause"),
        NoticeKind.KEY_EXPIRES: ("cachet ou certificat", "cachets ou certificats"),
        NoticeKind.OUT_OF_ORDER: ("point à réparer", "points à réparer"),
    }
)
"""What one notice of a kind is about, and several."""
_UNCOUNTED: Final = frozenset({NoticeKind.STOPPED, NoticeKind.LOG_DISAGREES})


def subject_line(new: Sequence[Notice], told: Sequence[Notice], *, trial: bool) -> str:
    """Say what is new, in the order of the text; of what was told before, only its weight."""
    everything = (*new, *told)
    marks = [
        *(["URGENT"] if any(notice.urgent for notice in everything) else []),
        *(["EN RETARD"] if any(notice.kind is NoticeKind.LATE for notice in everything) else []),
    ]
    weight = f"{', '.join(marks)} — " if marks else ""
    return f"{'[ESSAI] ' if trial else ''}spie-exchange : {weight}{_about(new)}"


def _about(new: Sequence[Notice]) -> str:
    counts = Counter(notice.kind for notice in new)
    named = [_counted(kind, count) for kind, count in list(counts.items())[:_NAMED]]
    rest = sum(list(counts.values())[_NAMED:])
    return ", ".join([*named, *([f"et {integer(rest)} de plus"] if rest else [])])


def _counted(kind: NoticeKind, count: int) -> str:
    one, several = _ABOUT[kind]
    return one if kind in _UNCOUNTED else f"{integer(count)} {several if count > 1 else one}"
