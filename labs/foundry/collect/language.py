"""Which language a document is in: by its name where an author said so, else by its letters (libexttextcat).

libexttextcat ranks a text's most frequent letter groups against profiles of some 180 languages, small ones among them
(Cavnar and Trenkle 1994, "N-Gram-Based Text Categorization").
"""

from __future__ import annotations

import ctypes
import re
import tempfile
from functools import cache
from pathlib import Path, PurePosixPath

UNKNOWN = 'und'
PROFILES = Path('/usr/share/libexttextcat')
LIBRARIES = ('libexttextcat-2.0.so.1', 'libexttextcat-2.0.so.0', 'libexttextcat-2.0.so')
LEAST_LETTERS = 20
MOST_LETTERS = 10_000  # enough to tell; the rest of a long document would not change it
BENEFIT = 1.03  # how much worse than the best an expected language may fit and still win; THRESHOLDVALUE there
WORST_FIT = 0.95  # of what a text scores that shares no letter group with a profile
GROUPS, MISSING = 400, 400  # constants.h of libexttextcat: letter groups compared, and what each absent one adds


class _Candidate(ctypes.Structure):
    _fields_ = (('score', ctypes.c_int), ('name', ctypes.c_char_p))


def named(name: str, expected: tuple[str, ...]) -> str | None:
    """The expected language that a name says, nearest part first: `en.mdx`, `market.fr.md`, `fr/market.txt`."""
    path = PurePosixPath(name)
    hints = [*reversed(path.name.split('.')), *reversed(path.parts[:-1])]
    return next((hint for hint in hints if hint in expected), None)


def identify(text: str, expected: tuple[str, ...]) -> str:
    """BCP 47 primary subtag, or `und` where it would be a guess.

    Of languages that fit nearly as well, an expected one wins. An expected language that has no profile is assumed
    where none of the others expected fits best. Without the library the one expected language is assumed, or `und`
    where there are several.
    """
    if not available():
        return expected[0] if len(expected) == 1 else UNKNOWN
    sample = re.sub(r'[\d\W_]+', ' ', text[: 2 * MOST_LETTERS])[:MOST_LETTERS].strip().lower()
    if sum(map(str.isalpha, sample)) < LEAST_LETTERS:
        return UNKNOWN
    best = _best(sample, ())
    if not best or best[1] > WORST_FIT * MISSING * _groups(sample):
        return UNKNOWN
    likely = _best(sample, expected)
    if likely and likely[1] <= best[1] * BENEFIT:
        return likely[0]
    strange = [language for language in expected if not _classifier((language,))]
    return strange[0] if len(strange) == 1 else best[0]


def available() -> bool:
    """Whether libexttextcat and its profiles are installed. Without them only names tell the language."""
    return _classifier(()) is not None


def _groups(sample: str) -> int:
    """How many different groups of one to five letters there are, as libexttextcat counts them, up to GROUPS."""
    found: set[str] = set()
    for word in sample.split():
        padded = f'_{word}_'
        found.update(padded[at:at + size] for size in range(1, 6) for at in range(len(padded) - size + 1))
        if len(found) >= GROUPS:
            break
    return min(len(found), GROUPS)


def _best(sample: str, among: tuple[str, ...]) -> tuple[str, int] | None:
    """The best fitting language and its score (lower is better); None when too many fit alike."""
    found = _classifier(among)
    if not found:
        return None
    library, handle, output = found
    data = sample.encode()
    number = library.textcat_ClassifyFull(handle, data, len(data), output)
    ranked = sorted((output[at].score, output[at].name.decode().split('-')[0]) for at in range(max(0, number)))
    return (ranked[0][1], ranked[0][0]) if ranked else None


@cache
def _classifier(among: tuple[str, ...]) -> tuple[ctypes.CDLL, ctypes.c_void_p, ctypes.Array] | None:
    """A classifier for some languages (empty: all). It lives as long as the program."""
    library = _library()
    if not library:
        return None
    lines = [line for line in (PROFILES / 'fpdb.conf').read_text(encoding='utf-8', errors='replace').splitlines()
             if line.strip() and not line.startswith('#') and (not among or line.split()[-1].split('-')[0] in among)]
    if not lines:
        return None
    with tempfile.NamedTemporaryFile('w', suffix='.conf') as conf:
        conf.write('\n'.join(lines) + '\n')
        conf.flush()
        handle = library.special_textcat_Init(conf.name.encode(), f'{PROFILES}/'.encode())
    if not handle:
        return None
    pointer = ctypes.c_void_p(handle)
    return library, pointer, library.textcat_GetClassifyFullOutput(pointer)


@cache
def _library() -> ctypes.CDLL | None:
    for name in LIBRARIES:
        try:
            library = ctypes.CDLL(name)
        except OSError:
            continue
        if not (PROFILES / 'fpdb.conf').exists():
            return None
        library.special_textcat_Init.restype = ctypes.c_void_p
        library.special_textcat_Init.argtypes = [ctypes.c_char_p, ctypes.c_char_p]
        library.textcat_GetClassifyFullOutput.restype = ctypes.POINTER(_Candidate)
        library.textcat_GetClassifyFullOutput.argtypes = [ctypes.c_void_p]
        library.textcat_ClassifyFull.argtypes = [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_size_t,
                                                 ctypes.POINTER(_Candidate)]
        return library
    return None
