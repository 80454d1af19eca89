"""Run with: python3 -m unittest discover labs/foundry"""

from __future__ import annotations

import unittest

import numpy as np

from convert import interleave


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


class InterleaveTest(unittest.TestCase):
    def setUp(self) -> None:
        self.rng = np.random.default_rng(7)
        self.heads, self.size, self.width = 2, 8, 6
        self.query, self.key = (self.rng.normal(size=(self.heads * self.size, self.width)) for _ in range(2))
        self.early, self.late = (self.rng.normal(size=self.width) for _ in range(2))

    def score(self, query: np.ndarray, key: np.ndarray, rotate) -> np.ndarray:
        """Attention scores, one per head, of a query at position 5 on a key at position 2."""
        frequencies = 10000.0 ** (-np.arange(self.size // 2) * 2 / self.size)
        heads = zip((query @ self.late).reshape(self.heads, -1), (key @ self.early).reshape(self.heads, -1))
        return np.array([rotate(q, 5 * frequencies) @ rotate(k, 2 * frequencies) for q, k in heads])

    def test_ggml_scores_equal_those_of_transformers(self) -> None:
        expected = self.score(self.query, self.key, rotate_halves)
        found = self.score(interleave(self.query, self.heads), interleave(self.key, self.heads), rotate_pairs)
        np.testing.assert_allclose(found, expected, rtol=1e-12)

    def test_without_reordering_they_differ(self) -> None:
        expected = self.score(self.query, self.key, rotate_halves)
        self.assertFalse(np.allclose(self.score(self.query, self.key, rotate_pairs), expected))

    def test_heads_stay_apart(self) -> None:
        rows = np.arange(self.heads * self.size)[:, None].astype(float)
        self.assertEqual(interleave(rows, self.heads)[:4, 0].tolist(), [0, 4, 1, 5])
        self.assertEqual(sorted(interleave(rows, self.heads)[:self.size, 0]), list(range(self.size)))


if __name__ == '__main__':
    unittest.main()
