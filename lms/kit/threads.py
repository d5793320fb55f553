"""A fixed set of long-lived threads fed by the event loop, so that database connections are kept and counted."""

import asyncio
import atexit
import itertools
import threading
from collections import deque
from collections.abc import Callable
from queue import SimpleQueue
from typing import Any


class Job[T]:
    """One call to make in a thread; `done` is the future that receives its result."""

    __slots__ = ("call", "done", "number", "started")

    def __init__(self, call: Callable[[], T], done: asyncio.Future[T], number: int) -> None:
        self.call = call
        self.done = done
        self.number = number
        self.started = False


class Worker(threading.Thread):
    """One thread, the call it was given last, and the calls that wait for this very thread.

    Daemonic, so that a call that never ends cannot keep the process from stopping.
    """

    def __init__(self, pool: "ThreadPool", number: int) -> None:
        super().__init__(name=f"web-{number}", daemon=True)
        self.inbox: SimpleQueue[Job[Any] | None] = SimpleQueue()
        self.own: deque[Job[Any]] = deque()
        self.idle = True
        self._pool = pool

    def run(self) -> None:
        while (job := self.inbox.get()) is not None:
            result, error = None, None
            try:
                result = job.call()
            except BaseException as raised:  # SystemExit included: it may not take the thread away with it
                error = raised
            self._pool.report(self, job, result, error)
            del job, result, error  # an idle thread holds nothing of the last request


class ThreadPool:
    """Runs calls in `size` threads, oldest first, each in any thread or in a given one.

    Every decision is taken on the event loop that submits, so there is no lock and no shared queue: a call waits
    in `_waiting` (any thread may take it) or in its worker's `own`.
    """

    def __init__(self, size: int) -> None:
        self._size = size
        self._idle: list[Worker] = []
        self._workers: list[Worker] = []
        self._waiting: deque[Job[Any]] = deque()
        self._numbers = itertools.count()
        self._loop: asyncio.AbstractEventLoop | None = None

    @property
    def waiting(self) -> int:
        """How many calls wait for any free thread."""
        return len(self._waiting)

    def submit[T](self, call: Callable[[], T], worker: Worker | None = None) -> Job[T]:
        """Have `call` made, in `worker` when given, and return the job at once. Never cancel `job.done`: `forget`."""
        loop = self._loop or self._start()
        job = Job(call, loop.create_future(), next(self._numbers))
        if worker is None and self._idle:
            worker = self._idle.pop()  # the one that worked last: its caches are warm
            worker.idle = False
            self._give(worker, job)
        elif worker is None:
            self._waiting.append(job)
        elif worker.idle:
            self._idle.remove(worker)
            worker.idle = False
            self._give(worker, job)
        else:
            worker.own.append(job)
        return job

    def forget(self, job: Job[Any]) -> None:
        """Drop a job that no thread has taken yet: its `done` is cancelled. A job already running goes on."""
        if not job.started:
            job.done.cancel()

    def report(self, worker: Worker, job: Job[Any], result: object, error: BaseException | None) -> None:
        """Called in the worker's thread when its call has ended."""
        assert self._loop is not None
        try:
            self._loop.call_soon_threadsafe(self._ended, worker, job, result, error)
        except RuntimeError:
            pass  # the loop is closed: the process is stopping and nobody waits for the result

    def close(self, timeout: float = 5.0) -> None:
        """Stop the threads; calls that are running get `timeout` seconds in all to end, say a transaction."""
        for worker in self._workers:
            worker.inbox.put(None)
        share = timeout / max(len(self._workers), 1)
        for worker in self._workers:
            worker.join(share)

    def _start(self) -> asyncio.AbstractEventLoop:
        # At the first call, not in __init__: the loop that serves is not running yet when the application is built.
        self._loop = asyncio.get_running_loop()
        self._workers = [Worker(self, number) for number in range(1, self._size + 1)]
        for worker in self._workers:
            worker.start()
        self._idle = list(self._workers)
        atexit.register(self.close)
        return self._loop

    def _give(self, worker: Worker, job: Job[Any]) -> None:
        job.started = True
        worker.inbox.put(job)

    def _ended(self, worker: Worker, job: Job[Any], result: object, error: BaseException | None) -> None:
        following = self._next_for(worker)
        if following is None:
            worker.idle = True
            self._idle.append(worker)
        else:
            self._give(worker, following)  # before the result is handled: the thread need not wait for that
        if not job.done.done():
            if error is None:
                job.done.set_result(result)
            else:
                job.done.set_exception(error)

    def _next_for(self, worker: Worker) -> Job[Any] | None:
        """The oldest call this worker may take; those forgotten meanwhile are dropped."""
        for queue in (worker.own, self._waiting):
            while queue and queue[0].done.cancelled():
                queue.popleft()
        queues = [queue for queue in (worker.own, self._waiting) if queue]
        return min(queues, key=lambda queue: queue[0].number).popleft() if queues else None
