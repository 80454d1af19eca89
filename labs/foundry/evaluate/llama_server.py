"""llama.cpp's own server, on loopback, for the length of a block."""

from __future__ import annotations

import http.client
import json
import socket
import time
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from contextlib import ExitStack, contextmanager
from pathlib import Path
from queue import SimpleQueue
from typing import Any, TypeVar

from child import child, program
from journal import Journal, Problem

START_SECONDS = 300
ANSWER_SECONDS = 600  # a large rival on a slow machine
SMALL_FILE = 64 << 20  # bytes; up to here one server per thread is faster than one server with all of them

Item = TypeVar('Item')
Found = TypeVar('Found')


class Refused(Exception):
    """The server's answer was an error; says which."""

    def __init__(self, path: str, status: int, said: str) -> None:
        super().__init__(f'llama-server answered {status} to {path}: {said}')
        self.status = status


class Server:
    """One at a time may ask it: it has one slot and one connection."""

    def __init__(self, port: int) -> None:
        self._connection = http.client.HTTPConnection('127.0.0.1', port, timeout=ANSWER_SECONDS)

    def get(self, path: str) -> dict[str, Any]:
        return self._ask('GET', path, None)

    def post(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        return self._ask('POST', path, json.dumps(body))

    def _ask(self, method: str, path: str, body: str | None) -> dict[str, Any]:
        """Raises OSError, HTTPException or Refused."""
        try:
            status, answer = self._once(method, path, body)
        except (http.client.RemoteDisconnected, BrokenPipeError):  # it closes connections that were idle for a while
            self._connection.close()
            status, answer = self._once(method, path, body)
        if status != 200:
            raise Refused(path, status, answer[:300].decode(errors='replace'))
        return json.loads(answer)

    def _once(self, method: str, path: str, body: str | None) -> tuple[int, bytes]:
        try:
            self._connection.request(method, path, body, {'content-type': 'application/json'})
            response = self._connection.getresponse()
            return response.status, response.read()
        except BaseException:
            self._connection.close()
            raise


@contextmanager
def serving(file: Path, context: int, threads: int, journal: Journal) -> Iterator[list[Server]]:
    """Servers of one GGUF file, each with one slot, so that what one request gives never depends on another.

    Raises Problem `model-not-served` when llama.cpp cannot load the file.
    """
    number, each_threads = (threads, 1) if file.stat().st_size <= SMALL_FILE else (1, threads)
    with ExitStack() as held:
        yield [held.enter_context(server(file, context, each_threads, journal)) for _ in range(number)]


@contextmanager
def server(file: Path, context: int, threads: int, journal: Journal) -> Iterator[Server]:
    with socket.socket() as probe:
        probe.bind(('127.0.0.1', 0))
        port = probe.getsockname()[1]
    options = {'-m': file, '--host': '127.0.0.1', '--port': port, '-c': context, '-t': threads, '-np': 1,
               '--log-verbosity': 1}
    words = [str(part) for option in options.items() for part in option]
    with child([program('llama-server'), *words, '--offline']) as running:
        made, deadline = Server(port), time.monotonic() + START_SECONDS
        while not healthy(made):
            journal.check()
            if running.process.poll() is not None or time.monotonic() > deadline:
                raise Problem('model-not-served', f'llama.cpp could not load {file.name}: {running.last_words()}',
                              'See whether the file is a whole language model in GGUF and there is memory for it.',
                              file=file.name)
            time.sleep(0.05)
        yield made


def healthy(server: Server) -> bool:
    try:
        return server.get('/health')['status'] == 'ok'
    except (OSError, http.client.HTTPException, Refused):
        return False


def each(servers: list[Server], items: list[Item], ask: Callable[[Server, Item], Found], journal: Journal,
         told: Callable[[float], None]) -> list[Found]:
    """Asks about every item, as many at once as there are servers; the results are in the order of `items`.

    `told` gets the share done. Raises Stopped on request; the block of `serving` then ends the servers.
    """
    free: SimpleQueue[Server] = SimpleQueue()
    for one in servers:
        free.put(one)

    def with_free(item: Item) -> Found:
        one = free.get()
        try:
            return ask(one, item)
        finally:
            free.put(one)

    pool = ThreadPoolExecutor(len(servers))
    try:
        futures = [pool.submit(with_free, item) for item in items]
        waiting = set(futures)
        while waiting:
            done, waiting = wait(waiting, timeout=0.2, return_when=FIRST_COMPLETED)
            for one in done:
                one.result()
            journal.check()
            told(1 - len(waiting) / len(futures))
        return [one.result() for one in futures]
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
