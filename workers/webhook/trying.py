"""One try at one delivery: asked anew whether it may be sent, written down before it leaves, and settled or put off."""

import hmac
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

import psycopg
import structlog
from psycopg import Connection

from domain.subscriber.webhook.address import Address, local_address, public_address
from domain.subscriber.webhook.endpoint import DisabledBecause
from store.departures import note_post, note_that_it_left
from store.row import Row
from store.subscribers import Subscriber, subscriber
from store.view import View
from store.webhooks import attempts, queue
from store.webhooks.endpoints import Endpoint, endpoint_of
from store.webhooks.queue import Delivery, Kind, Result
from store.webhooks.secrets import open_secrets
from workers.webhook.means import Means, Posts
from workers.webhook.message import Message, challenge, of_event, on_trial
from workers.webhook.post import Outcome, headers_of
from workers.webhook.schedule import asked_pause, next_try_at
from workers.webhook.signature import answer_to, signatures
from workers.webhook.word import confirm, disable

LONGEST_REST = timedelta(hours=1)
"""A receiver that is overrun holds back everything for it by `Retry-After`, but not for longer."""
OVERRUN = (429, 503)
WRONG_ANSWER = "wrong_answer"
NOT_IN_WORDS = "not_in_words"
PAUSE_NOT_IN_WORDS = timedelta(hours=1)
"""An event that this program cannot put into words is its own mistake, mended by a release and not by the receiver."""
KINDS = {"unconfirmed": (Kind.CHALLENGE,), "confirmed": (Kind.EVENT, Kind.AGAIN, Kind.TEST), "disabled": ()}

log = structlog.get_logger(__name__)


class Standing(NamedTuple):
    """A subscriber and its endpoint as they stand at this moment."""

    subscriber: Subscriber
    endpoint: Endpoint

    @property
    def kinds(self) -> tuple[Kind, ...]:
        """What may be sent to it now."""
        return () if self.subscriber.is_paused else KINDS[self.endpoint.state]

    @property
    def address(self) -> Address:
        take_apart = local_address if self.endpoint.is_local else public_address
        return take_apart(self.endpoint.url)


class Begun(NamedTuple):
    """A try that was written down."""

    attempt_id: int
    standing: Standing
    message: Message
    secrets: list[str]
    at: datetime
    disclosure_id: int | None
    """None for what discloses nothing: a challenge, a test."""


def standing_of(connection: Connection[Any], subscriber_id: UUID) -> Standing | None:
    """None where it has ended, or has no address."""
    found, endpoint = subscriber(connection, subscriber_id), endpoint_of(connection, subscriber_id)
    return Standing(found, endpoint) if found is not None and endpoint is not None else None


class Trying:
    """Tries deliveries of one log."""

    def __init__(self, means: Means, posts: Posts, log_id: UUID) -> None:
        self._means, self._posts, self._log_id = means, posts, log_id
        self._secrets: dict[UUID, str] = {}

    def try_one(self, delivery: Delivery, rows: Mapping[int, Row]) -> bool:
        """Post it, if it still may be; whether the next one of its stream may follow now."""
        begun = self._begin(delivery, rows)
        if not isinstance(begun, Begun):
            return begun
        headers = headers_of(
            begun.message.message_id,
            begun.at,
            signatures(begun.secrets, begun.message.message_id, begun.at, begun.message.body),
        )
        with self._posts.one() as post:
            outcome = post.send(begun.standing.address, begun.message.body, headers)
        return self._conclude(delivery, begun, outcome)

    def _begin(self, delivery: Delivery, rows: Mapping[int, Row]) -> Begun | bool:
        """The try as written down and committed; otherwise whether the next of the stream may follow."""
        now = self._means.clock()
        with self._means.datastore.get_connection() as connection, connection.transaction():
            standing = standing_of(connection, delivery.subscriber_id)
            if standing is None or delivery.kind not in standing.kinds:
                return False
            try:
                message = self._message(connection, delivery, standing, rows, now)
            except psycopg.Error:
                raise
            except Exception as error:
                self._put_aside(connection, delivery, standing, error, now)
                return False
            if message is None:
                queue.settle(connection, delivery, Result.WITHHELD, now)
                return True
            attempt_id = attempts.begin(connection, delivery, standing.endpoint.endpoint_id, now)
            if attempt_id is None:
                return False
            noted = None
            if message.item is not None:
                noted = note_post(connection, standing.subscriber, message.item, request_id=delivery.request_id)
            return Begun(attempt_id, standing, message, self._opened(connection, standing.endpoint, now), now, noted)

    def _message(
        self,
        connection: Connection[Any],
        delivery: Delivery,
        standing: Standing,
        rows: Mapping[int, Row],
        now: datetime,
    ) -> Message | None:
        """None where the grant no longer covers it."""
        match delivery.kind:
            case Kind.CHALLENGE:
                return challenge(delivery, standing.address, now)
            case Kind.TEST:
                return on_trial(delivery, standing.subscriber, self._log_id, now)
            case _:
                row = rows.get(delivery.position or 0)
                view = View(standing.subscriber, self._log_id, address=self._means.address)
                if row is None or not view.sees(row):
                    return None
                is_known = delivery.grant_id == view.grant_id
                previous = delivery.previous if is_known else view.previous_before(connection, row.position)
                return of_event(view.item(row, previous))

    def _put_aside(
        self, connection: Connection[Any], delivery: Delivery, standing: Standing, error: Exception, now: datetime
    ) -> None:
        """Put it off with its stream, as a failed try. It counts for nothing: a receiver is not given up for it."""
        until = now + PAUSE_NOT_IN_WORDS
        endpoint_id = standing.endpoint.endpoint_id
        attempts.note_unsent(connection, delivery, endpoint_id, now, failure=NOT_IN_WORDS, next_try_at=until)
        queue.put_off(connection, delivery, until)
        failure, at = type(error).__name__, delivery.position
        log.error("webhook_event_not_in_words", subscriber=str(delivery.subscriber_id), position=at, failure=failure)

    def _opened(self, connection: Connection[Any], endpoint: Endpoint, now: datetime) -> list[str]:
        wanted = endpoint.secrets_at(now)
        if missing := [secret_id for secret_id in wanted if secret_id not in self._secrets]:
            opened = open_secrets(connection, self._means.kek, missing)
            self._secrets |= dict(zip(missing, opened, strict=True))
        return [self._secrets[secret_id] for secret_id in wanted]

    def _conclude(self, delivery: Delivery, begun: Begun, outcome: Outcome) -> bool:
        failure = _failure_of(begun, outcome)
        now = self._means.clock()
        if failure is None and outcome.is_delivered:
            self._succeed(delivery, begun, outcome, now)
            return True
        until = None if outcome.is_gone else self._next_try_at(delivery, outcome, now)
        if until is None:
            self._give_up(delivery, begun, outcome)
        with self._means.datastore.get_connection() as connection, connection.transaction():
            _end(connection, begun.attempt_id, outcome, failure or outcome.failure, until)
            if begun.disclosure_id is not None and outcome.has_left:
                note_that_it_left(connection, begun.disclosure_id)
            if until is not None:
                queue.put_off(connection, delivery, until)
                if outcome.status in OVERRUN and outcome.retry_after:
                    asked = min(asked_pause(outcome.retry_after, now), LONGEST_REST)
                    queue.rest(connection, delivery.subscriber_id, now + asked)
        return False

    def _succeed(self, delivery: Delivery, begun: Begun, outcome: Outcome, now: datetime) -> None:
        if delivery.kind is Kind.CHALLENGE:
            with self._means.datastore.get_connection() as connection:  # first: after a crash in between it is repeated
                queue.put_back(connection, delivery.subscriber_id, now)
            confirm(self._means.care, begun.standing.endpoint)
        with self._means.datastore.get_connection() as connection:
            attempts.end_delivered(
                connection,
                begun.attempt_id,
                status=outcome.status,
                duration_ms=outcome.duration_ms,
                answer_bytes=outcome.answer_bytes,
                now=now,
                disclosure_id=begun.disclosure_id,
            )

    def _next_try_at(self, delivery: Delivery, outcome: Outcome, now: datetime) -> datetime | None:
        return next_try_at(delivery.tries + 1, now, self._means.chance, outcome.retry_after)

    def _give_up(self, delivery: Delivery, begun: Begun, outcome: Outcome) -> None:
        """Nothing that waits is lost: it goes on when the address is set again and proves itself."""
        endpoint = begun.standing.endpoint
        because = DisabledBecause.UNANSWERED if delivery.kind is Kind.CHALLENGE else DisabledBecause.FAILING
        if disable(self._means.care, endpoint, DisabledBecause.GONE if outcome.is_gone else because):
            log.warning("webhook_disabled", subscriber=str(endpoint.subscriber_id), tries=delivery.tries + 1)


def _failure_of(begun: Begun, outcome: Outcome) -> str | None:
    """Why a success by its status is none: the answer to a challenge does not prove anything."""
    text = begun.message.challenge
    if text is None or not outcome.is_delivered:
        return None
    expected = answer_to(text, begun.secrets[0]).encode()
    return None if hmac.compare_digest(outcome.answer.strip(), expected) else WRONG_ANSWER


def _end(
    connection: Connection[Any], attempt_id: int, outcome: Outcome, failure: str | None, until: datetime | None
) -> None:
    attempts.end(
        connection,
        attempt_id,
        status=outcome.status,
        failure=failure,
        duration_ms=outcome.duration_ms,
        answer_bytes=outcome.answer_bytes,
        next_try_at=until,
    )
