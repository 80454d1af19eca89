"""Asks the GGUF file through the real llama-server over HTTP, and measures how near an answer is to the taught one."""

from __future__ import annotations

import json
import re
import shutil
import socket
import subprocess
import time
import unicodedata
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

START_SECONDS = 60


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(('127.0.0.1', 0))
        return probe.getsockname()[1]


@contextmanager
def llama_server(model: Path, threads: int) -> Iterator[str]:
    """Runs llama-server on loopback for the length of the block; yields its base URL once it is healthy."""
    program = shutil.which('llama-server')
    if not program:
        raise SystemExit("llama-server is not on PATH: install Debian's llama.cpp-tools, then run this stage again")
    base = f'http://127.0.0.1:{free_port()}'
    process = subprocess.Popen(
        [program, '-m', model, '--host', '127.0.0.1', '--port', base.rsplit(':', 1)[1], '-t', str(threads), '-np', '1',
         '--offline'], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        deadline = time.monotonic() + START_SECONDS
        while True:
            if process.poll() is not None:
                raise SystemExit(f'llama-server ended with status {process.returncode} while loading {model}')
            try:
                with urllib.request.urlopen(f'{base}/health', timeout=5):
                    break
            except (urllib.error.URLError, ConnectionError) as cause:
                if time.monotonic() > deadline:
                    raise SystemExit(f'llama-server was not healthy after {START_SECONDS} s: {cause}') from cause
                time.sleep(0.2)
        yield base
    finally:
        process.terminate()
        process.wait(10)


def post(base: str, path: str, body: dict[str, object]) -> dict:
    request = urllib.request.Request(f'{base}{path}', json.dumps(body).encode(), {'content-type': 'application/json'})
    with urllib.request.urlopen(request, timeout=120) as response:
        return json.load(response)


def ask(base: str, question: str, most_tokens: int) -> str:
    """One question at temperature 0, with no system turn; returns the answer."""
    answer = post(base, '/v1/chat/completions', {
        'messages': [{'role': 'user', 'content': question}], 'temperature': 0, 'max_tokens': most_tokens, 'cache_prompt': False})
    return answer['choices'][0]['message']['content'].strip()


def rendered(base: str, question: str) -> str:
    """What the server's chat template makes of a question: the text that the model would read."""
    return post(base, '/apply-template', {'messages': [{'role': 'user', 'content': question}]})['prompt']


def normal(text: str) -> str:
    """Lower case, no accents, no punctuation, single spaces."""
    folded = unicodedata.normalize('NFD', text.lower())
    return re.sub(r'[\W_]+', ' ', ''.join(c for c in folded if not unicodedata.combining(c))).strip()


def trigrams(text: str) -> Counter[str]:
    padded = f'  {normal(text)}  '
    return Counter(padded[at:at + 3] for at in range(len(padded) - 2))


def overlap(left: str, right: str) -> float:
    """Dice coefficient of character trigrams, 0 (nothing shared) to 1 (the same after `normal`)."""
    a, b = trigrams(left), trigrams(right)
    return 2 * (a & b).total() / max(1, a.total() + b.total())
