"""Who reads the mails of a home: a server on this machine, and what it was handed."""

import re
from dataclasses import dataclass

from exchange.actors import machine_name, operating_system_actor
from exchange.home_opening import open_service
from exchange.instants import parse_instant
from exchange.notices.telling import Told, tell, what_to_tell
from exchange.settings import Settings, settings_from
from tests.fakes.mail_server import MailServer
from tests.fakes.situation import Situation

READER = "dsi@departement.example"
_ORIGIN = re.compile(r"spie-exchange/[0-9a-f]{16}")
# How long the home of the tests took to come that far.
_SENT_IN = re.compile(r"\b10 h 0\d :")
_PURGE = re.compile(r"destruction_([A-Za-z0-9.-]+)_[0-9a-f]+")


@dataclass(frozen=True, slots=True)
class Mailbox:
    """A home of a test's own, the server its ``notices.toml`` names, and its clock."""

    situation: Situation
    server: MailServer

    def configure(self, more: str = "") -> None:
        """Write the home's ``notices.toml``."""
        (self.situation.departement.home / "notices.toml").write_text(
            f"""\
[mail]
host = "127.0.0.1"
port = {self.server.port}
security = "none"
from = "spie-exchange@departement.example"
to = ["{READER}"]
{more}""",
            "utf-8",
        )

    @property
    def settings(self) -> Settings:
        """The settings of the home."""
        return settings_from(self.situation.departement.environment())

    def set_clock(self, when: str) -> None:
        """Set the trial's clock."""
        with open_service(self.settings, inspecting=True) as service:
            service.set_clock(parse_instant(when))

    def tell_at(self, when: str) -> Told:
        """Tell what there is to tell at an instant."""
        self.set_clock(when)
        with open_service(self.settings, inspecting=True) as service:
            return tell(service, what_to_tell(service).notices)

    def read_at(self, when: str) -> str:
        """Give the mail of an instant as a person reads it, without what chance put into it."""
        before = len(self.server.messages)
        self.tell_at(when)
        assert len(self.server.messages) == before + 1
        return self.last_read()

    def last_read(self) -> str:
        """Give the last mail as a person reads it, without what chance put into it."""
        message, text = self.server.messages[-1], self.server.texts[-1]
        plain = _ORIGIN.sub("spie-exchange/0123456789abcdef", text)
        plain = _SENT_IN.sub("10 h 00 :", plain)
        plain = _PURGE.sub(r"destruction_\1_fedcba9876543210", plain)
        plain = plain.replace(str(self.situation.departement.home), "/srv/spie-exchange")
        account = operating_system_actor("").account
        plain = plain.replace(f"compte que {account} ", "compte que spie ")
        plain = plain.replace(f"machine {machine_name()} ", "machine serveur-1 ")
        return f"Objet : {message['Subject']}\n\n{plain}"
