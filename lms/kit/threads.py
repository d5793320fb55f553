"""A fixed set of long-lived threads fed by the event loop, so that database connections are kept and counted.

Python runs one thread at a time, and each statement sent to SQLite lets the others ask for their turn: four threads
that all answer short requests on two free cores took half as much processor again as on one core. So one short call is
made at a time, and the other threads join in as soon as it lasts, say because it waits for a database.
"""

import asyncio
import atexit
import itertools
import logging
import threading
import time
from collections import deque
from collections.abc import Callable
from queue import SimpleQueue
from typing import Any

logger = logging.getLogger(__name__)

SHORT = 0.004
"""Seconds after which a call that is being made is no longer a short one."""


class Job[T]:
    """One call to make in a thread; `done` is the future that receives its result.

    A thread cannot be stopped, so a call goes on when `done` is cancelled; `orphan` is then given its result.
    """

    __slots__ = ("call", "done", "number", "orphan", "started")

    def __init__(
        self, call: Callable[[], T], done: asyncio.Future[T], number: int, orphan: Callable[[T], None] | None
    ) -> None:
        self.call = call
        self.done = done
        self.number = number
        self.orphan = orphan
        self.started = False

    def settle(self, result: T | None, error: BaseException | None) -> None:
        """On the loop: hand the result, or the error, to whoever waits for it."""
        if self.done.cancelled():
            if error is not None:
                logger.error("A call that nobody waited for any more failed", exc_info=error)
            elif self.orphan is not None:
                self.orphan(result)  # type: ignore[arg-type]  # without an error, this is the call's result
        elif error is not None:
            self.done.set_exception(error)
        else:
            self.done.set_result(result)  # type: ignore[arg-type]


class Worker(threading.Thread):
    """One thread. Daemonic, so that a call that never ends cannot keep the process from stopping."""

    def __init__(self, pool: "ThreadPool", number: int) -> None:
        super().__init__(name=f"web-{number}", daemon=True)
        self.inbox: SimpleQueue[Job[Any] | None] = SimpleQueue()
        self.own: deque[Job[Any]] = deque()
        self.busy_since = 0.0  # by time.monotonic(); 0 when it has no call to make
        self._pool = pool

    def begin(self, job: Job[Any]) -> None:
        """Note that the next call it makes is this one."""
        job.started = True
        self.busy_since = time.monotonic()

    def run(self) -> None:
        while (job := self.inbox.get()) is not None:
            while job is not None:
                self._pool.report(job, *_outcome(job))
                # Straight on to the next, without asking the loop: waking a thread costs more than a small request.
                job = self._pool.next_for(self)


def _outcome(job: Job[Any]) -> tuple[Any, BaseException | None]:
    try:
        return job.call(), None
    except BaseException as error:  # noqa: BLE001 - told to whoever waits; SystemExit may not take the thread away
        return None, error


def _drop_cancelled(queue: deque[Job[Any]]) -> deque[Job[Any]]:
    """The queue, without the calls at its head that nobody waits for any more."""
    while queue and queue[0].done.cancelled():
        queue.popleft()
    return queue


class ThreadPool:
    """Runs calls in `size` threads, oldest first, each in any thread or in a given one.

    `_lock` guards `_idle`, `_waiting` (calls that any thread may take) and every worker's `own` (calls for it alone)
    and `busy_since`. While calls wait, `_look_again` comes back every SHORT: the one being made may have lasted.
    """

    def __init__(self, size: int) -> None:
        self._size = size
        self._lock = threading.Lock()
        self._idle: list[Worker] = []
        self._workers: list[Worker] = []
        self._waiting: deque[Job[Any]] = deque()
        self._numbers = itertools.count()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._timer: asyncio.TimerHandle | None = None

    @property
    def waiting(self) -> int:
        """How many calls wait for any free thread."""
        return len(self._waiting)

    def submit[T](
        self, call: Callable[[], T], worker: Worker | None = None, orphan: Callable[[T], None] | None = None
    ) -> Job[T]:
        """Have `call` made, in `worker` when given, and return the job at once. Called on the loop."""
        loop = self._loop or self._start()
        job = Job(call, loop.create_future(), next(self._numbers), orphan)
        with self._lock:
            if worker is None:
                self._waiting.append(job)
                self._hand_out()
                if self._waiting and self._timer is None:
                    self._timer = loop.call_later(SHORT, self._look_again)
            elif worker in self._idle:
                self._idle.remove(worker)
                worker.begin(job)
                worker.inbox.put(job)
            else:
                worker.own.append(job)
        return job

    def forget(self, job: Job[Any]) -> None:
        """Drop a job, and cancel its `done`, unless a thread has taken it."""
        with self._lock:
            if not job.started:
                job.done.cancel()

    def next_for(self, worker: Worker) -> Job[Any] | None:
        """In the worker's thread: the oldest call it may take, or None, and the worker is idle."""
        with self._lock:
            worker.busy_since = 0.0
            allowed = (worker.own,) if self._must_wait() else (worker.own, self._waiting)
            queues = [queue for queue in allowed if _drop_cancelled(queue)]
            if not queues:
                self._idle.append(worker)
                return None
            job = min(queues, key=lambda queue: queue[0].number).popleft()
            worker.begin(job)
            return job

    def report(self, job: Job[Any], result: object, error: BaseException | None) -> None:
        """In a worker's thread: its call has ended."""
        if self._loop is not None:
            try:
                self._loop.call_soon_threadsafe(job.settle, result, error)
            except RuntimeError:
                logger.info("A call ended after the server had stopped")

    def close(self, timeout: float = 5.0) -> None:
        """Stop the threads; calls that are running get `timeout` seconds in all to end, say a transaction."""
        for worker in self._workers:
            worker.inbox.put(None)
        for worker in self._workers:
            worker.join(timeout / len(self._workers))

    def _must_wait(self) -> bool:
        """With the lock: whether a thread is making a call that is still short."""
        lately = time.monotonic() - SHORT
        return any(worker.busy_since > lately for worker in self._workers)

    def _hand_out(self) -> None:
        """On the loop, with the lock: have idle threads make the calls that may begin."""
        while _drop_cancelled(self._waiting) and self._idle and not self._must_wait():
            worker = self._idle.pop()  # the one that worked last: its caches are warm
            job = self._waiting.popleft()
            worker.begin(job)
            worker.inbox.put(job)

    def _look_again(self) -> None:
        """On the loop: some calls still wait, and the one being made may have lasted."""
        with self._lock:
            self._hand_out()
            self._timer = self._loop.call_later(SHORT, self._look_again) if self._loop and self._waiting else None

    def _start(self) -> asyncio.AbstractEventLoop:
        # At the first call, not in __init__: when the application is built, no loop is running yet.
        self._loop = asyncio.get_running_loop()
        self._workers = [Worker(self, number) for number in range(1, self._size + 1)]
        self._idle = list(self._workers)
        for worker in self._workers:
            worker.start()
        atexit.register(self.close)
        return self._loop
