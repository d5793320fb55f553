"""Redis as a cache, over one pool of connections for the whole process."""

from functools import cache, cached_property
from typing import Any

from django.core.cache.backends import redis


class RedisCache(redis.RedisCache):
    """Django makes a cache for each thread and each socket's context; all of them share the connections here, which
    redis-py lends to one thread at a time. A thousand sockets would hold a thousand connections else."""

    @cached_property
    def _cache(self) -> Any:
        return _client(tuple(self._servers))  # type: ignore[attr-defined]  # unknown to the stubs


@cache
def _client(servers: tuple[str, ...]) -> Any:
    return redis.RedisCacheClient(list(servers))
