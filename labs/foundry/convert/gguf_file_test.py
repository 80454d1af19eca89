from __future__ import annotations

import numpy as np

from convert.gguf_file import interleave

HEADS, SIZE, WIDTH = 2, 8, 6
RANDOM = np.random.default_rng(7)
QUERY, KEY = (RANDOM.normal(size=(HEADS * SIZE, WIDTH)) for _ in range(2))
EARLY, LATE = (RANDOM.normal(size=WIDTH) for _ in range(2))


def rotate_halves(head: np.ndarray, angles: np.ndarray) -> np.ndarray:
    """Rotary embedding as transformers does it: component i turns with component i + half."""
    first, second = np.split(head, 2)
    return np.concatenate([first * np.cos(angles) - second * np.sin(angles),
                           second * np.cos(angles) + first * np.sin(angles)])


def rotate_pairs(head: np.ndarray, angles: np.ndarray) -> np.ndarray:
    """Rotary embedding as ggml does it: component 2i turns with component 2i + 1."""
    first, second = head[0::2], head[1::2]
    turned = np.empty_like(head)
    turned[0::2] = first * np.cos(angles) - second * np.sin(angles)
    turned[1::2] = second * np.cos(angles) + first * np.sin(angles)
    return turned


def scores(query: np.ndarray, key: np.ndarray, rotate) -> np.ndarray:
    """Attention, one number per head, of a query at position 5 on a key at position 2."""
    frequencies = 10000.0 ** (-np.arange(SIZE // 2) * 2 / SIZE)
    heads = zip((query @ LATE).reshape(HEADS, -1), (key @ EARLY).reshape(HEADS, -1))
    return np.array([rotate(q, 5 * frequencies) @ rotate(k, 2 * frequencies) for q, k in heads])


def test_ggml_attends_as_transformers_does() -> None:
    found = scores(interleave(QUERY, HEADS), interleave(KEY, HEADS), rotate_pairs)
    np.testing.assert_allclose(found, scores(QUERY, KEY, rotate_halves), rtol=1e-12)


def test_without_reordering_it_does_not() -> None:
    assert not np.allclose(scores(QUERY, KEY, rotate_pairs), scores(QUERY, KEY, rotate_halves))


def test_heads_stay_apart() -> None:
    rows = np.arange(HEADS * SIZE)[:, None].astype(float)
    assert interleave(rows, HEADS)[:4, 0].tolist() == [0, 4, 1, 5]
    assert sorted(interleave(rows, HEADS)[:SIZE, 0]) == list(range(SIZE))
