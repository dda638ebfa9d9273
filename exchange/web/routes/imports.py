"""What the local system loads: its own export, judged row by row as the command does.

The file never lies in clear on the machine; the answer is the verdict, and holds no value of it.
"""

import os
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from http import HTTPStatus
from io import TextIOWrapper
from typing import Any, Final

from flask import Response, request
from werkzeug.wsgi import FileWrapper

from exchange.accounts import Right
from exchange.errors import ConfigurationError, RefusedError
from exchange.intake.load_register import RegisteredLoad
from exchange.intake.refused_source import SourceRefusedError
from exchange.intake.report import RefusalReport
from exchange.intake.verdict import Verdict, stopped
from exchange.web.answers.error_handlers import DoneUntoldError
from exchange.web.answers.problem import MEDIA_TYPE, Problem
from exchange.web.callers.access import acting_service
from exchange.web.conventions.bodies import Bytes
from exchange.web.conventions.pages import PageQuerySchema, page_of
from exchange.web.conventions.resource import Resource
from exchange.web.conventions.uploads import Upload
from exchange.web.routes.agreements import agreement_named
from exchange.web.routes.import_schemas import (
    BODIES,
    ImportQuerySchema,
    LoadPageSchema,
    RefusedLoadSchema,
    VerdictSchema,
)
from exchange.web.routes.loading import load_received, require_loadable
from keys.system_errors import system_sentence, system_way_out

# The RSA households of all France, two million rows, are 220 MB.
LARGEST_FILE_BYTES: Final = 256 << 20
_JSON: Final = "application/json"
_BUFFER_BYTES: Final = 1 << 16
_REPORT: Final = Bytes("text/csv", "Le rapport des refus, si `Accept` le demande.")

_EXPORT: Final = Upload(
    {kind.media_type: schema for kind, schema in BODIES.items()},
    "L'export du système local, tel quel : en CSV, un objet JSON par ligne, ou un tableau.",
    LARGEST_FILE_BYTES,
)

imports = Resource("imports", "/agreements", "Charger des bénéficiaires.")


@imports.change(
    "POST",
    "/<id:agreement_id>/imports",
    Right.LOAD,
    VerdictSchema,
    body=_EXPORT,
    query=ImportQuerySchema,
    status=HTTPStatus.CREATED,
    unchanged=HTTPStatus.OK,
    problems=[HTTPStatus.NOT_FOUND],
    refusal=RefusedLoadSchema,
    instead=_REPORT,
)
def load_file(upload: Upload, asked: Mapping[str, Any], agreement_id: str) -> Response:
    """Charger des bénéficiaires depuis un export du système local.

    Le verdict est celui de la commande (`spie-exchange import --json`), octet pour octet : 201
    une fois chargé, 200 après un essai à blanc. Un chargement refusé est un problème (422) qui
    porte aussi le verdict. Un envoi interrompu ne laisse rien. `Accept: text/csv` : la réponse
    est le rapport des refus (`--report`), avec le même statut.
    """
    require_loadable(agreement_named(agreement_id), asked)
    verdict = Verdict()
    with upload.received() as waiting, _telling(verdict), RefusalReport(None) as refusals:
        try:
            result = load_received(agreement_id, waiting, asked, verdict, refusals)
        except SourceRefusedError as error:
            return _refused(verdict, refusals, error)
        if result.stop is not None:
            return _refused(verdict, refusals, stopped(result, result.stop))
        status = HTTPStatus.CREATED if result.is_kept else HTTPStatus.OK
        return _written(verdict, refusals, status, _JSON, {})


@imports.get(
    "/<id:agreement_id>/imports",
    Right.READ_LOADS,
    LoadPageSchema,
    query=PageQuerySchema,
    problems=[HTTPStatus.NOT_FOUND],
)
def list_loads(page: Mapping[str, Any], agreement_id: str) -> dict[str, Any]:
    """Les chargements gardés, du plus ancien au plus récent : quand, par quel compte, combien."""
    agreement_named(agreement_id)
    with acting_service().database.read() as work:
        loads = work.loads.ended(agreement_id)
    items, after = page_of(loads, [_key(one) for one in loads], page["limit"], page["after"])
    return {"items": items, "next": after}


def _refused(verdict: Verdict, refusals: RefusalReport, why: RefusedError) -> Response:
    problem = Problem(
        HTTPStatus.UNPROCESSABLE_ENTITY,
        "chargement-refuse",
        "Chargement refusé",
        why.message,
        # What the command takes as options are arguments here, of the same names.
        why.hint.replace("--", ""),
    )
    return _written(verdict, refusals, problem.status, MEDIA_TYPE, problem.document())


@contextmanager
def _telling(verdict: Verdict) -> Iterator[None]:
    """Say what is done when the disk takes no more of the verdict."""
    try:
        yield
    except OSError as error:
        why = system_sentence(error)
        if verdict.result is not None and verdict.result.is_kept:
            raise DoneUntoldError(
                f"le fichier est chargé, mais son verdict ne peut pas être écrit : {why}",
                "ne le renvoyez pas pour cela : la liste des chargements dit ce qui est gardé",
            ) from None
        raise ConfigurationError(
            f"le verdict ne peut pas être écrit, et rien n'est chargé : {why}",
            system_way_out(error),
        ) from None


def _written(
    verdict: Verdict,
    refusals: RefusalReport,
    status: HTTPStatus,
    media_type: str,
    beside: Mapping[str, object],
) -> Response:
    """Answer a verdict of any number of findings, or its report: they hold nothing of anybody."""
    with ExitStack() as unfinished:
        file = unfinished.enter_context(tempfile.TemporaryFile())
        if request.accept_mimetypes.best_match([_JSON, _REPORT.media_type]) == _REPORT.media_type:
            refusals.write_csv(file)
            media_type = f"{_REPORT.media_type}; charset=utf-8"
        else:
            text = TextIOWrapper(file, encoding="utf-8", newline="")
            verdict.write(refusals, text, beside)
            text.detach()
        size = file.seek(0, os.SEEK_END)
        file.seek(0)
        # From here on it is closed with the answer.
        unfinished.pop_all()
    answer = Response(FileWrapper(file, _BUFFER_BYTES), status, content_type=media_type)
    answer.content_length = size
    return answer


def _key(load: RegisteredLoad) -> str:
    return f"{load.load_number:012}"
