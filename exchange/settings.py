"""What the environment decides: the only module that reads it."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from exchange.errors import ConfigurationError

HOME_VARIABLE = "SPIE_EXCHANGE_HOME"


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything taken from the environment, read once by ``settings_from``.

    ``home`` is where database, keyring and outbox lie; ``sudo_user`` is a remark beside
    the real account in the evidence, never the account itself.
    """

    home: Path | None
    sudo_user: str

    def required_home(self) -> Path:
        """Give the home. Raises ``ConfigurationError`` when none is named."""
        if self.home is None:
            raise ConfigurationError(
                "aucun dossier de travail n'est désigné",
                f"écrivez par exemple : export {HOME_VARIABLE}=/var/lib/spie-exchange",
            )
        return self.home


def settings_from(environment: Mapping[str, str]) -> Settings:
    """Build the settings from a mapping such as the process environment."""
    home = environment.get(HOME_VARIABLE, "")
    return Settings(
        home=Path(home).absolute() if home else None,
        sudo_user=environment.get("SUDO_USER", ""),
    )


def process_settings() -> Settings:
    """Build the settings of this process."""
    return settings_from(os.environ)  # noqa: TID251 - the one place that reads the environment
