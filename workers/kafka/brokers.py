"""Where the Kafka brokers are, and who we are to them."""

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Self

from kafka.errors import KafkaError
from kafka.net.compat import KafkaNetClient

ANSWER_MS = 5_000
"""How long a first answer may take."""


class BrokersDoNotAnswer(Exception):
    """No Kafka broker answered in time; `kind` is the client's word for it."""

    def __init__(self, kind: str) -> None:
        self.kind = kind
        super().__init__(
            f"No Kafka broker answers ({kind}); see that THROUGHLINE_KAFKA_BOOTSTRAP names them, that one is up, and "
            "that user and password are right."
        )


@dataclass(frozen=True)
class Brokers:
    """`bootstrap` is `host:port`, several with commas. Without a mechanism nobody is asked who they are."""

    bootstrap: str
    security_protocol: str = "PLAINTEXT"
    sasl_mechanism: str | None = None
    username: str | None = None
    password: str | None = field(default=None, repr=False)
    ca_file: str | None = None

    @property
    def options(self) -> dict[str, Any]:
        """As the client's constructors take them."""
        return {
            "bootstrap_servers": self.bootstrap.split(","),
            "security_protocol": self.security_protocol,
            "sasl_mechanism": self.sasl_mechanism,
            "sasl_plain_username": self.username,
            "sasl_plain_password": self.password,
            "ssl_cafile": self.ca_file,
        }


class WithBrokers(ABC):
    """Something that holds a client of the brokers, and closes it at the end of its block."""

    @abstractmethod
    def close(self) -> None:
        """Leave."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def opened(kind: Callable[..., Any], brokers: Brokers, **options: Any) -> Any:
    """A client of the brokers; BrokersDoNotAnswer.

    One that finds no broker leaves its thread and sockets behind, which would add up while a cluster is down: we
    remember them and close them.
    """
    begun: list[KafkaNetClient] = []

    def connection(**settings: Any) -> KafkaNetClient:
        begun.append(KafkaNetClient(**settings))
        return begun[-1]

    try:
        return kind(**brokers.options, kafka_client=connection, **options)
    except KafkaError as error:
        for one in begun:
            one.close()
        raise BrokersDoNotAnswer(type(error).__name__) from error
