"""Who may read and write which topics and groups: Kafka's ACLs as plain values."""

from enum import StrEnum
from typing import Any, NamedTuple

from kafka.admin import (
    ACL,
    ACLFilter,
    ACLOperation,
    ACLPermissionType,
    ACLResourcePatternType,
    ResourcePattern,
    ResourcePatternFilter,
    ResourceType,
)

ANY_HOST = "*"


class Resource(StrEnum):
    TOPIC = "topic"
    GROUP = "group"


class Permission(NamedTuple):
    """`user` may do one thing with a topic or group, or with all whose names begin so."""

    user: str
    operation: str
    """READ, WRITE or DESCRIBE, as Kafka names them."""
    resource: Resource
    name: str
    is_prefix: bool = False

    @classmethod
    def of(cls, acl: Any) -> "Permission | None":
        """None for one of another kind: a denial, another resource."""
        pattern = acl.resource_pattern
        if acl.permission_type != ACLPermissionType.ALLOW or pattern.resource_type.name.lower() not in set(Resource):
            return None
        return cls(
            acl.principal.removeprefix("User:"),
            acl.operation.name,
            Resource(pattern.resource_type.name.lower()),
            pattern.resource_name,
            pattern.pattern_type == ACLResourcePatternType.PREFIXED,
        )

    @property
    def acl(self) -> Any:
        """As the client takes it."""
        return ACL(*self._who, self._pattern(ResourcePattern))

    @property
    def acl_filter(self) -> Any:
        """Matches this one and no other."""
        return ACLFilter(*self._who, self._pattern(ResourcePatternFilter))

    @property
    def _who(self) -> tuple[Any, ...]:
        return (f"User:{self.user}", ANY_HOST, ACLOperation[self.operation], ACLPermissionType.ALLOW)

    def _pattern(self, kind: Any) -> Any:
        how = ACLResourcePatternType.PREFIXED if self.is_prefix else ACLResourcePatternType.LITERAL
        return kind(ResourceType[self.resource.name], self.name, how)


EVERY = ACLFilter(
    None, None, ACLOperation.ANY, ACLPermissionType.ANY,
    ResourcePatternFilter(ResourceType.ANY, None, ACLResourcePatternType.ANY),
)  # fmt: skip
