"""The threads that serve requests: order, place, and what happens to calls that are given up or fail."""

import asyncio
import threading
import time
from collections.abc import Callable, Coroutine, Iterator
from functools import partial

import pytest

from lms.kit import threads
from lms.kit.threads import ThreadPool, Worker


@pytest.fixture
def pool() -> Iterator[ThreadPool]:
    pool = ThreadPool(1)
    yield pool
    pool.close()


def on_a_loop(scenario: Callable[[], Coroutine[None, None, None]]) -> None:
    asyncio.run(scenario())


def test_calls_are_made_oldest_first_whether_for_one_thread_or_for_any(pool: ThreadPool) -> None:
    made: list[int] = []
    gate = threading.Event()

    async def scenario() -> None:
        worker = pool.submit(lambda: threading.current_thread() if gate.wait(5) else None)
        jobs = [pool.submit(partial(made.append, number)) for number in (1, 2)]
        gate.set()
        thread = await worker.done
        assert isinstance(thread, Worker)
        jobs += [
            pool.submit(lambda: made.append(3), thread),
            pool.submit(lambda: made.append(4)),
            pool.submit(lambda: made.append(5), thread),
        ]
        await asyncio.gather(*(job.done for job in jobs))

    on_a_loop(scenario)
    assert made == [1, 2, 3, 4, 5]


def test_short_calls_are_made_one_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(threads, "SHORT", 60.0)  # whatever the machine does meanwhile
    pool = ThreadPool(4)
    under_way: list[int] = []
    most = 0

    def call() -> None:
        nonlocal most
        under_way.append(1)
        most = max(most, len(under_way))
        time.sleep(0.001)  # a thread that may begin does
        under_way.pop()

    async def scenario() -> None:
        await asyncio.gather(*(pool.submit(call).done for _ in range(40)))

    on_a_loop(scenario)
    pool.close()
    assert most == 1


def test_the_other_threads_join_in_when_a_call_lasts() -> None:
    pool = ThreadPool(4)
    together = threading.Barrier(4)

    async def scenario() -> None:
        jobs = [pool.submit(lambda: together.wait(5)) for _ in range(4)]
        assert sorted(await asyncio.gather(*(job.done for job in jobs))) == [0, 1, 2, 3]

    on_a_loop(scenario)
    pool.close()


def test_a_call_forgotten_while_it_waits_is_never_made(pool: ThreadPool) -> None:
    made: list[str] = []
    gate = threading.Event()

    async def scenario() -> None:
        first = pool.submit(lambda: gate.wait(5))
        forgotten = pool.submit(lambda: made.append("forgotten"))
        last = pool.submit(lambda: made.append("last"))
        pool.forget(first)  # too late: it runs
        pool.forget(forgotten)
        gate.set()
        assert await first.done is True
        await last.done
        assert forgotten.done.cancelled()

    on_a_loop(scenario)
    assert made == ["last"]


def test_the_result_of_a_call_given_up_goes_to_whoever_must_close_it(pool: ThreadPool) -> None:
    closed: list[str] = []
    gate = threading.Event()

    async def scenario() -> None:
        job = pool.submit(lambda: "opened" if gate.wait(5) else "late", orphan=closed.append)
        job.done.cancel()
        gate.set()
        await pool.submit(lambda: None).done

    on_a_loop(scenario)
    assert closed == ["opened"]


@pytest.mark.parametrize("error", [ValueError("wrong"), SystemExit(3)])
def test_an_error_is_told_and_leaves_the_thread_alive(pool: ThreadPool, error: BaseException) -> None:
    def fail() -> None:
        raise error

    async def scenario() -> None:
        job = pool.submit(fail)
        await asyncio.wait([job.done])
        assert job.done.exception() is error
        assert await pool.submit(lambda: "alive").done == "alive"

    on_a_loop(scenario)
