"""Writes a model as ONNX with past key values, as transformers.js asks for: plain operators, no contrib ones.

Inputs: input_ids, attention_mask, position_ids, past_key_values.N.{key,value}; outputs: logits, present.N.{key,value}.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper

from convert.model_folder import ModelFolder
from convert.onnx_nodes import Nodes

OPSET = 17
IR_VERSION = 8  # of the same age as the opset, so that older runtimes read it
MASKED = -1e9


def write_onnx(model: ModelFolder, target: Path) -> None:
    """The norm, rotary and attention formulas are those of transformers' LlamaForCausalLM, in f32."""
    onnx.save(Decoder(model).build(), target)


class Decoder:
    def __init__(self, model: ModelFolder) -> None:
        self.model, self.shape, self.graph = model, model.shape, Nodes()

    def build(self) -> onnx.ModelProto:
        graph = self.graph
        embeddings = graph.constant(self.model.tensors['model.embed_tokens.weight'], 'embeddings')
        self.cosine, self.sine = self.rotation()
        self.mask = self.causal_mask()
        hidden = graph.add('Gather', embeddings, 'input_ids')
        for layer in range(self.shape.layers):
            hidden = self.layer(layer, hidden)
        hidden = self.norm(hidden, 'model.norm.weight')
        graph.add('MatMul', hidden, graph.add('Transpose', embeddings, perm=[1, 0]), output='logits')
        made = helper.make_model(
            helper.make_graph(graph.nodes, 'llama', self.inputs(), self.outputs(), list(graph.constants.values())),
            opset_imports=[helper.make_opsetid('', OPSET)], ir_version=IR_VERSION, producer_name='terroir-foundry')
        onnx.checker.check_model(made)
        return made

    def rotation(self) -> tuple[str, str]:
        """Cosine and sine (batch, 1, sequence, head width) of the angle of every position asked for."""
        half = 1.0 / self.shape.ropeTheta ** (np.arange(0, self.shape.headWidth, 2) / self.shape.headWidth)
        angles = np.tile(np.outer(np.arange(self.shape.contextTokens), half), 2)
        graph, found = self.graph, []
        for name, table in (('cosines', np.cos(angles)), ('sines', np.sin(angles))):
            rows = graph.add('Gather', graph.constant(table.astype(np.float32), name), 'position_ids')
            found.append(graph.add('Unsqueeze', rows, graph.integers(1)))
        cosine, sine = found
        return cosine, sine

    def causal_mask(self) -> str:
        """0 where a query may look, MASKED elsewhere. Query i of this call stands at past + i."""
        graph = self.graph
        asked = graph.add('Gather', graph.add('Shape', 'input_ids'), graph.integer(1))
        total = graph.add('Gather', graph.add('Shape', 'attention_mask'), graph.integer(1))
        past = graph.add('Sub', total, asked)
        keys = graph.add('Unsqueeze', graph.add('Range', graph.integer(0), total, graph.integer(1)), graph.integers(0))
        queries = graph.add('Unsqueeze', graph.add('Range', past, total, graph.integer(1)), graph.integers(1))
        mask = graph.add('Unsqueeze', 'attention_mask', graph.integers(1, 2))
        unpadded = graph.add('Cast', mask, to=TensorProto.BOOL)
        seen = graph.add('And', graph.add('LessOrEqual', keys, queries), unpadded)
        return graph.add('Where', seen, graph.number(0.0), graph.number(MASKED))

    def layer(self, number: int, hidden: str) -> str:
        graph, name = self.graph, f'model.layers.{number}.'
        hidden = graph.add('Add', hidden, self.attention(number, self.norm(hidden, f'{name}input_layernorm.weight')))
        normed = self.norm(hidden, f'{name}post_attention_layernorm.weight')
        gate = self.linear(normed, f'{name}mlp.gate_proj.weight')
        silu = graph.add('Mul', gate, graph.add('Sigmoid', gate))
        gated = graph.add('Mul', silu, self.linear(normed, f'{name}mlp.up_proj.weight'))
        return graph.add('Add', hidden, self.linear(gated, f'{name}mlp.down_proj.weight'))

    def attention(self, number: int, normed: str) -> str:
        graph, shape, name = self.graph, self.shape, f'model.layers.{number}.self_attn.'
        query = self.rotate(self.heads(self.linear(normed, f'{name}q_proj.weight'), shape.heads))
        key = self.rotate(self.heads(self.linear(normed, f'{name}k_proj.weight'), shape.keyValueHeads))
        value = self.heads(self.linear(normed, f'{name}v_proj.weight'), shape.keyValueHeads)
        key = graph.add('Concat', f'past_key_values.{number}.key', key, axis=2, output=f'present.{number}.key')
        value = graph.add('Concat', f'past_key_values.{number}.value', value, axis=2, output=f'present.{number}.value')
        scores = graph.add('MatMul', query, graph.add('Transpose', self.shared(key), perm=[0, 1, 3, 2]))
        scores = graph.add('Add', graph.add('Mul', scores, graph.number(shape.headWidth ** -0.5)), self.mask)
        mixed = graph.add('MatMul', graph.add('Softmax', scores, axis=-1), self.shared(value))
        turned = graph.add('Transpose', mixed, perm=[0, 2, 1, 3])
        joined = graph.add('Reshape', turned, graph.integers(0, 0, shape.width))
        return self.linear(joined, f'{name}o_proj.weight')

    def norm(self, hidden: str, weight: str) -> str:
        """Root mean square norm."""
        graph = self.graph
        mean = graph.add('ReduceMean', graph.add('Mul', hidden, hidden), axes=[-1], keepdims=1)
        root = graph.add('Sqrt', graph.add('Add', mean, graph.number(self.shape.epsilon)))
        return graph.add('Mul', graph.add('Div', hidden, root), graph.constant(self.model.tensors[weight], weight))

    def linear(self, value: str, weight: str) -> str:
        return self.graph.add('MatMul', value, self.graph.constant(self.model.tensors[weight].T, weight))

    def heads(self, value: str, count: int) -> str:
        """(batch, sequence, count × head width) to (batch, count, sequence, head width)."""
        apart = self.graph.add('Reshape', value, self.graph.integers(0, 0, count, self.shape.headWidth))
        return self.graph.add('Transpose', apart, perm=[0, 2, 1, 3])

    def rotate(self, value: str) -> str:
        """Rotary embedding by halves: https://arxiv.org/abs/2104.09864"""
        graph, half, whole = self.graph, self.shape.headWidth // 2, self.shape.headWidth
        first, second = graph.slice(value, 0, half, -1), graph.slice(value, half, whole, -1)
        turned = graph.add('Concat', graph.add('Neg', second), first, axis=-1)
        return graph.add('Add', graph.add('Mul', value, self.cosine), graph.add('Mul', turned, self.sine))

    def shared(self, value: str) -> str:
        """Repeats each key-value head for the query heads that share it (grouped-query attention)."""
        graph, group = self.graph, self.shape.heads // self.shape.keyValueHeads
        if group == 1:
            return value
        size = graph.add('Shape', value)
        front, back = graph.slice(size, 0, 2, 0), graph.slice(size, 2, 4, 0)
        repeated = graph.add('Expand', graph.add('Unsqueeze', value, graph.integers(2)),
                             graph.add('Concat', front, graph.integers(group), back, axis=0))
        wide = graph.add('Concat', graph.slice(size, 0, 1, 0), graph.integers(self.shape.heads), back, axis=0)
        return graph.add('Reshape', repeated, wide)

    def inputs(self) -> list[onnx.ValueInfoProto]:
        lengths = {'input_ids': 'sequence_length', 'attention_mask': 'total_sequence_length',
                   'position_ids': 'sequence_length'}
        integers = [helper.make_tensor_value_info(name, TensorProto.INT64, ['batch_size', length])
                    for name, length in lengths.items()]
        return [*integers, *self.cache('past_key_values', 'past_sequence_length')]

    def outputs(self) -> list[onnx.ValueInfoProto]:
        size = ['batch_size', 'sequence_length', self.shape.vocabulary]
        logits = helper.make_tensor_value_info('logits', TensorProto.FLOAT, size)
        return [logits, *self.cache('present', 'total_sequence_length')]

    def cache(self, name: str, length: str) -> list[onnx.ValueInfoProto]:
        size = ['batch_size', self.shape.keyValueHeads, length, self.shape.headWidth]
        return [helper.make_tensor_value_info(f'{name}.{layer}.{part}', TensorProto.FLOAT, size)
                for layer in range(self.shape.layers) for part in ('key', 'value')]
