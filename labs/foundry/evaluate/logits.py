"""What torch and onnxruntime make of a text: the same numbers from two formats of one model."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from evaluate.pieces import Window
from evaluate.surprise import Surprise

# Before torch is loaded: on a busy machine, threads that spin at barriers starve each other.
os.environ.setdefault('OMP_WAIT_POLICY', 'passive')

Logits = Callable[[np.ndarray], np.ndarray]
"""From token ids (sequence,) to logits (sequence, vocabulary)."""


def by_torch(folder: Path, threads: int) -> Logits:
    import torch  # here, because loading it takes seconds
    from transformers import LlamaForCausalLM
    from transformers.utils.logging import disable_progress_bar

    disable_progress_bar()
    torch.set_num_threads(threads)
    model = LlamaForCausalLM.from_pretrained(folder, dtype=torch.float32).eval()

    def logits(ids: np.ndarray) -> np.ndarray:
        with torch.no_grad():
            return model(torch.from_numpy(ids)[None], use_cache=False).logits[0].numpy()
    return logits


def by_onnx(file: Path, threads: int) -> Logits:
    """Reads every window in one go, without past key values."""
    session = onnx_session(file, threads)
    empty = {one.name: np.zeros((1, one.shape[1], 0, one.shape[3]), np.float32)
             for one in session.get_inputs() if one.name.startswith('past_key_values.')}

    def logits(ids: np.ndarray) -> np.ndarray:
        feed = {'input_ids': ids[None], 'attention_mask': np.ones((1, len(ids)), np.int64),
                'position_ids': np.arange(len(ids), dtype=np.int64)[None], **empty}
        return session.run(['logits'], feed)[0][0]
    return logits


def onnx_session(file: Path, threads: int) -> Any:
    """An onnxruntime.InferenceSession on the processor."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    with silent():
        return onnxruntime.InferenceSession(os.fspath(file), options, providers=['CPUExecutionProvider'])


@contextmanager
def silent() -> Iterator[None]:
    """Debian's onnxruntime says a thousand harmless lines about schemas when it opens its first file."""
    kept, nowhere = os.dup(2), os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, 2)
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nowhere)


def surprise_by(logits: Logits, window: Window) -> Surprise:
    ids = np.array(window.tokens, np.int64)
    found = logits(ids[:-1])[-window.scored:].astype(np.float64)
    most = found.max(axis=1)
    whole = most + np.log(np.exp(found - most[:, None]).sum(axis=1))
    told = found[np.arange(window.scored), ids[-window.scored:]] - whole
    return Surprise(float(-told.sum()), window.scored)
