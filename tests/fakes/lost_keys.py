"""A recipient loses its keys, draws others, and has them written into the agreement."""

from schemas.agreement import recipient_fingerprint
from tests.fakes.ministry import Ministry
from tests.fakes.situation import PROVIDER, Situation


def lose_keys(situation: Situation, recipient_id: str) -> tuple[Ministry, Ministry]:
    """Give a recipient other keys, in the folder of its keys; give it as it was, and is now."""
    folder = situation.keys(recipient_id)
    lost = Ministry(folder.rename(folder.with_name(f"{recipient_id}-perdues")))
    Ministry.create(folder, recipient_id, classical=recipient_id == PROVIDER)
    return lost, situation.ministry(recipient_id)


def next_version(situation: Situation, lost: Ministry, renewed: Ministry) -> str:
    """Write version 2 of the agreement, with the keys that were checked again."""
    text = situation.agreement.read_text("utf-8").replace("version = 1\n", "version = 2\n", 1)
    former, new = lost.public_keys, renewed.public_keys
    for before, after in (
        (former.encryption_key, new.encryption_key),
        (former.receipt_certificate.strip(), new.receipt_certificate.strip()),
    ):
        assert text.count(before) == 1
        text = text.replace(before, after)
    head, mark, tail = text.partition(f'"{recipient_fingerprint(former.encryption_key)}"')
    assert mark
    fingerprint = recipient_fingerprint(new.encryption_key)
    return f'{head}"{fingerprint}"{tail.replace("2022-12-05", "2023-01-20", 1)}'
