"""What the stages before the card report, as a small French model would have it."""

from __future__ import annotations

from typing import Any

DIGEST = 'a' * 64
FILES = [{'name': 'toy-q8_0.gguf', 'kind': 'gguf-q8_0', 'bytes': 1234567, 'sha256': DIGEST}]
SHAPE = {'width': 64, 'layers': 2, 'heads': 4, 'keyValueHeads': 2, 'feedForward': 256, 'contextTokens': 128,
         'vocabulary': 1500}
REPORTS: dict[str, dict[str, Any]] = {
    'collect': {'documents': {'train': 9, 'held': 1},
                'languages': {'fr': {'documents': 10, 'trainBytes': 90000, 'heldBytes': 10000}},
                'questions': {'fr': {'answers': 7, 'phrasings': 70, 'held': 14}}, 'nearDuplicates': 3, 'repaired': 0,
                'personalData': {'email': 2}, 'leftOut': [], 'sha256': DIGEST},
    'tokenizer': {'vocabulary': 1500, 'fertility': [{'language': 'fr', 'bytesPerToken': 3.21, 'tokensPerWord': 1.9}]},
    'train': {'steps': 2000, 'tokens': 4000000, 'seconds': 600, 'resumedAt': [1200]},
    'instruct': {},
    'convert': {'parameters': 123456, 'shape': SHAPE, 'artefacts': FILES},
    'evaluate': {'held': [{'model': 'toy', 'language': 'fr', 'bytes': 10000, 'tokens': 3000, 'perplexity': 61.5,
                           'bitsPerByte': 1.777},
                          {'model': 'rival', 'language': 'fr', 'bytes': 10000, 'tokens': 5000, 'perplexity': 30.1,
                           'bitsPerByte': 2.456}],
                 'pieceBytes': 1024, 'acceptable': 0.6, 'strict': 0.8,
                 'agreement': {'agree': True, 'tokens': 2000, 'texts': 9, 'tokenizersDiffer': 0, 'tolerance': 0.001,
                               'perplexities': {'torch': 61.5}, 'differences': {'gguf-f16': 0.00002, 'onnx': 0.0}},
                 'answers': [{'language': 'fr', 'set': 'held', 'asked': 14, 'exact': 3, 'acceptable': 10, 'strict': 9,
                              'wrong': []}]},
}
