"""A group of routes, each declared in one place: who may call, what it takes, what it answers.

With ``offering`` the only importer of flask-smorest, which ships no types.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import wraps
from http import HTTPStatus
from types import MappingProxyType
from typing import Any, Final, TypeVar, cast

from flask import Blueprint as PlainBlueprint
from flask_smorest import Blueprint
from marshmallow import RAISE, Schema

from exchange.accounts import Right
from exchange.web.answers.problem import MEDIA_TYPE, ProblemSchema
from exchange.web.callers.access import acting_service, declare
from exchange.web.callers.proofs import security_of
from exchange.web.conventions.bodies import (
    BINARY,
    Body,
    Bytes,
    described_body,
    given_body,
    problems_of_body,
    without_body,
)
from exchange.web.conventions.idempotency import IdempotencyKeySchema, answered_once
from exchange.web.conventions.links import Link
from exchange.web.conventions.preconditions import VersionSchema, on_version, with_tag

View = TypeVar("View", bound=Callable[..., Any])

_POST: Final = "POST"
_NONE: Final[Mapping[str, Link]] = MappingProxyType({})
_OF_EVERY_RIGHT: Final = (
    HTTPStatus.UNAUTHORIZED,
    HTTPStatus.FORBIDDEN,
    HTTPStatus.TOO_MANY_REQUESTS,
    HTTPStatus.SERVICE_UNAVAILABLE,
)


class _NoArgument(Schema):
    """Nothing is asked in the address."""


class Resource:
    """Routes under one prefix, with the French line that the documentation has for them.

    ``blueprint`` and ``prefix`` are for ``offering``, which offers them all.
    """

    def __init__(self, name: str, prefix: str, description: str) -> None:
        """Begin with no route."""
        self.blueprint = Blueprint(name, __name__, description=description)
        self.prefix = prefix

    def get(
        self,
        rule: str,
        right: Right | None,
        answers: type[Schema] | Bytes,
        *,
        query: type[Schema] | None = None,
        problems: Sequence[HTTPStatus] = (),
        in_part: bool = False,
        tagged: bool = False,
        links: Mapping[str, Link] = _NONE,
    ) -> Callable[[View], View]:
        """Add a route that reads; ``right`` is ``None`` for anybody.

        ``query``, of which no argument is unknown, is given to the view as its first argument.
        ``problems`` are what it may answer besides those of every route; ``in_part`` says that
        a range can be asked for, ``tagged`` that the answer has the tag of its version, ``links``
        where it leads.
        """
        if query is not None:
            problems = (*problems, HTTPStatus.UNPROCESSABLE_ENTITY)

        def declared(view: View) -> View:
            # What gives a package away is vouched for as an act is.
            described = declare(_vouched(view) if in_part else view, right)
            if tagged and not isinstance(answers, Bytes):
                described = self._also(with_tag(described, answers), HTTPStatus.NOT_MODIFIED, None)
            if query is not None:
                described = self._queried(described, query)
            if in_part and isinstance(answers, Bytes):
                described = self._also(described, HTTPStatus.PARTIAL_CONTENT, answers)
                described = self._also(described, HTTPStatus.NOT_MODIFIED, None)
            described = self._answering(described, HTTPStatus.OK, answers)
            described = self._leading(described, HTTPStatus.OK, links)
            self._add(rule, "GET", described, right, problems=problems)
            return view

        return declared

    def part(self, rule: str) -> Callable[[View], View]:
        """Add a part of a page, for anybody: the description has the page only."""

        def declared(view: View) -> View:
            described = declare(view, None)
            PlainBlueprint.add_url_rule(self.blueprint, rule, view.__name__, described)
            return view

        return declared

    def change(
        self,
        method: str,
        rule: str,
        right: Right,
        answers: type[Schema],
        *,
        body: Body | None = None,
        query: type[Schema] | None = None,
        status: HTTPStatus = HTTPStatus.OK,
        unchanged: HTTPStatus | None = None,
        problems: Sequence[HTTPStatus] = (),
        refusal: type[ProblemSchema] = ProblemSchema,
        guarded: bool = False,
        links: Mapping[str, Link] = _NONE,
        instead: Bytes | None = None,
    ) -> Callable[[View], View]:
        """Add a route that changes something, by PUT or POST.

        A ``body``, of its media type only, is given to the view as its first argument: as bytes,
        as what the schema of a ``Json`` loads, or as an ``Upload`` that is still to be received.
        Then comes ``query``. An argument that is unknown, or a body where none is taken, is
        refused: what it asks for would be done without. ``unchanged`` is answered in place of
        ``status`` where nothing was to change; ``refusal`` is what a 422 says, ``instead`` what
        is answered in place of both to whoever accepts it rather. ``guarded`` says that the view
        heeds ``If-Match`` (``conventions.preconditions``), ``links`` where the answer leads. A
        POST acts once under an ``Idempotency-Key``.
        """
        if guarded:
            problems = (*problems, HTTPStatus.PRECONDITION_FAILED)
        problems = (*problems, HTTPStatus.CONFLICT, *problems_of_body(body))
        if method == _POST:
            problems = (*problems, HTTPStatus.BAD_REQUEST)

        def declared(view: View) -> View:
            described = declare(_vouched(view), right)
            described = self._answering(described, status, answers)
            if method == _POST:
                described = self._once(described)
            if guarded:
                described = self._guarded(described)
            described = self._taking(described, query, body)
            described = self._leading(described, status, links)
            described = self._or_else(described, answers, status, unchanged, instead)
            self._add(rule, method, described, right, problems=problems, refusal=refusal)
            return view

        return declared

    def _add(
        self,
        rule: str,
        method: str,
        view: Callable[..., Any],
        right: Right | None,
        *,
        problems: Sequence[HTTPStatus],
        refusal: type[ProblemSchema] = ProblemSchema,
    ) -> None:
        possible = problems if right is None else (*_OF_EVERY_RIGHT, *problems)
        described = self._with_problems(view, possible, refusal)
        described = self.blueprint.doc(operationId=view.__name__, **security_of(right))(described)
        self.blueprint.route(rule, methods=[method])(described)

    def _answering(self, view: View, status: HTTPStatus, answers: type[Schema] | Bytes) -> View:
        if isinstance(answers, Bytes):
            return self._also(view, status, answers)
        described: View = self.blueprint.response(status, answers)(view)
        return described

    def _queried(self, view: View, query: type[Schema]) -> View:
        # A misspelt dry_run would act, a misspelt filter would show everything.
        taking = self.blueprint.arguments(query, location="query", unknown=RAISE)
        described: View = taking(view)
        return described

    def _taking(self, view: View, query: type[Schema] | None, body: Body | None) -> View:
        asked = view if query else _without_arguments(view)
        described = self._queried(asked, query or _NoArgument)
        if body is None:
            return without_body(described)
        described = given_body(described, body)
        documented: View = self.blueprint.doc(requestBody=described_body(body))(described)
        return documented

    def _once(self, view: View) -> View:
        read: Callable[[View], View] = self.blueprint.arguments(
            IdempotencyKeySchema(), location="headers", error_status_code=HTTPStatus.BAD_REQUEST
        )
        return read(answered_once(view))

    def _guarded(self, view: View) -> View:
        read: Callable[[View], View] = self.blueprint.arguments(
            VersionSchema(), location="headers", error_status_code=HTTPStatus.BAD_REQUEST
        )
        return read(on_version(view))

    def _leading(self, view: View, status: HTTPStatus, links: Mapping[str, Link]) -> View:
        documents = {name: link.document() for name, link in links.items()}
        if not documents:
            return view
        described: View = self.blueprint.doc(responses={status: {"links": documents}})(view)
        return described

    def _or_else(
        self,
        view: View,
        answers: type[Schema],
        status: HTTPStatus,
        unchanged: HTTPStatus | None,
        instead: Bytes | None,
    ) -> View:
        described = view
        if unchanged is not None:
            described = self.blueprint.alt_response(unchanged, schema=answers)(described)
        if instead is not None:
            content = {"content": {instead.media_type: {"schema": BINARY}}}
            said = (status, unchanged or status, HTTPStatus.UNPROCESSABLE_ENTITY)
            responses = {one.value: content for one in said}
            described = self.blueprint.doc(responses=responses)(described)
        return described

    def _also(self, view: View, status: HTTPStatus, answers: Bytes | None) -> View:
        described: View = self.blueprint.alt_response(
            status,
            schema=BINARY if answers else None,
            content_type=answers.media_type if answers else None,
            description=answers.description if answers else status.phrase,
        )(view)
        return described

    def _with_problems(
        self, view: View, problems: Sequence[HTTPStatus], refusal: type[ProblemSchema]
    ) -> View:
        described = view
        for problem in problems:
            is_refusal = problem is HTTPStatus.UNPROCESSABLE_ENTITY
            described = self.blueprint.alt_response(
                problem,
                schema=refusal if is_refusal else ProblemSchema,
                content_type=MEDIA_TYPE,
                description=problem.phrase,
            )(described)
        return described


def _without_arguments(view: View) -> View:
    """Take what was read of the address, which is nothing, away from a view."""

    @wraps(view)
    def bare(*arguments: Any, **named: Any) -> Any:  # noqa: ANN401 - the view's own types
        return view(*arguments[:-1], **named)

    return cast("View", bare)


def _vouched(view: View) -> View:
    """Sign a checkpoint once the view has changed something, as each command does."""

    @wraps(view)
    def vouched(*arguments: Any, **named: Any) -> Any:  # noqa: ANN401 - the view's own types
        with acting_service().vouching():
            return view(*arguments, **named)

    return cast("View", vouched)
