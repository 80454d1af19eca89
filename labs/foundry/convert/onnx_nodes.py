"""Builds an ONNX graph node by node. Operators: https://onnx.ai/onnx/operators/ (opset 17)."""

from __future__ import annotations

from typing import Any

import numpy as np
from onnx import NodeProto, TensorProto, helper, numpy_helper


class Nodes:
    """Values are named by strings, as in the format; every method returns the name of what it adds."""

    def __init__(self) -> None:
        self.nodes: list[NodeProto] = []
        self.constants: dict[str, TensorProto] = {}

    def constant(self, value: np.ndarray, name: str = '') -> str:
        """Stores `value` (shared, when it was stored before under the same name)."""
        name = name or f'constant_{len(self.constants)}'
        if name not in self.constants:
            self.constants[name] = numpy_helper.from_array(np.ascontiguousarray(value), name)
        return name

    def integers(self, *values: int) -> str:
        return self.constant(np.array(values, np.int64), f'integers_{"_".join(map(str, values))}')

    def integer(self, value: int) -> str:
        return self.constant(np.array(value, np.int64), f'integer_{value}')

    def number(self, value: float) -> str:
        return self.constant(np.array(value, np.float32), f'number_{value!r}')

    def add(self, operator: str, *inputs: str, output: str = '', **attributes: Any) -> str:
        output = output or f'{operator}_{len(self.nodes)}'
        name = f'node_{len(self.nodes)}_{operator}'
        self.nodes.append(helper.make_node(operator, list(inputs), [output], name=name, **attributes))
        return output

    def slice(self, value: str, start: int, end: int, axis: int) -> str:
        return self.add('Slice', value, self.integers(start), self.integers(end), self.integers(axis))
