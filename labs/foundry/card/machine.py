"""What the model was made on and with, as far as that decides whether a repetition comes out equal."""

from __future__ import annotations

import platform
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from environment import precision, threads
from recipe import Machine

LIBRARIES = ('torch', 'transformers', 'tokenizers', 'gguf', 'onnxruntime')


def machine(settings: Machine, cpuinfo: Path = Path('/proc/cpuinfo')) -> dict[str, str | int]:
    """`processor` as its maker calls it, `threads` and `precision` used."""
    return {'processor': processor(cpuinfo), 'threads': settings.threads or threads(),
            'precision': precision() if settings.precision == 'auto' else settings.precision}


def processor(cpuinfo: Path) -> str:
    """Without the name, as on many ARM machines, the architecture."""
    try:
        lines = cpuinfo.read_text(encoding='utf-8', errors='replace').splitlines()
    except OSError:
        lines = []
    names = (line.partition(':')[2].strip() for line in lines if line.startswith('model name'))
    return next(names, '') or platform.machine()


def versions() -> dict[str, str]:
    found = {'Python': platform.python_version()}
    for name in LIBRARIES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found
