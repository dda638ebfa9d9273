"""The application: its routes, and what happens to every request before and after them."""

from pathlib import Path
from typing import Final

from flask import Flask

from exchange.settings import Settings
from exchange.web.answers.error_handlers import answer_with_problems
from exchange.web.answers.headers import protect_answers
from exchange.web.answers.request_ids import identify_requests
from exchange.web.callers.access import require_access
from exchange.web.callers.client_certificates import believe_certificates
from exchange.web.callers.rates import limit_rates
from exchange.web.conventions.offering import offer
from exchange.web.logs import log_answers
from exchange.web.process.capacity import Capacity
from exchange.web.process.home_at_hand import keep_at_hand
from exchange.web.process.places import limit_places
from exchange.web.process.request_counts import count_requests
from exchange.web.routes.agreements import agreements
from exchange.web.routes.approvals import approvals
from exchange.web.routes.certificates import certificates
from exchange.web.routes.departures import departures
from exchange.web.routes.documentation import documentation
from exchange.web.routes.evidence import evidence
from exchange.web.routes.health import health
from exchange.web.routes.imports import imports
from exchange.web.routes.metrics import metrics
from exchange.web.routes.objections import objections
from exchange.web.routes.packages import packages
from exchange.web.routes.receipts import receipts
from exchange.web.routes.recorded_answers import recorded_answers
from exchange.web.routes.transfer_acts import transfer_acts
from exchange.web.routes.transfers import transfers

_PREFIX: Final = "/api/v1"
# A signed answer or a document, as the command takes it; a file of people has its own limit.
_LARGEST_BODY_BYTES: Final = 16 << 20
_RESOURCES: Final = (
    health,
    agreements,
    imports,
    objections,
    departures,
    transfers,
    transfer_acts,
    approvals,
    packages,
    receipts,
    recorded_answers,
    evidence,
    certificates,
    metrics,
    documentation,
)


def new_application(
    settings: Settings,
    counts: Path | None = None,
    capacity: Capacity | None = None,
    *,
    client_certificates: bool = False,
) -> Flask:
    """Make the application that works on the home which settings name.

    ``counts`` is the folder in which several processes of it count together. Without a
    ``capacity``, what one caller may ask is not limited. With ``client_certificates``, a
    proxy's word says which one a caller showed.
    """
    capacity = capacity or Capacity()
    application = Flask("spie-exchange", static_folder=None)
    application.config.update(
        MAX_CONTENT_LENGTH=_LARGEST_BODY_BYTES,
        PROPAGATE_EXCEPTIONS=False,
    )
    # An address that is not ours is answered 404, and leads nowhere: a redirection would repeat
    # the host that the caller names, and hide that a token went out in clear.
    application.url_map.merge_slashes = False
    # A browser or a terminal shows French as it is.
    application.json.ensure_ascii = False  # type: ignore[attr-defined]  # of the default provider
    count_requests(application, counts)
    # In this order: a denied request has its number, and so has an error of the first steps.
    identify_requests(application)
    log_answers(application)
    protect_answers(application)
    require_access(application)
    believe_certificates(application, declared=client_certificates)
    limit_rates(application, capacity)
    limit_places(application, capacity)
    keep_at_hand(application, settings, capacity)
    offer(application, _PREFIX, _RESOURCES)
    answer_with_problems(application)
    return application
