"""The network: Llama (RMS norms, rotary positions, grouped key-value heads, gated feed-forward, tied embeddings),
written for processors. Query, key and value are one product, and so are gate and up, because few large products keep a
processor busier than many small ones. `weights.py` maps it to the names of transformers, and a test holds both to the
same logits.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from convert.model_folder import Shape


class _RmsNorm(torch.autograd.Function):
    """x / rms(x) * weight, as four passes over the data where autograd's own takes nine."""

    @staticmethod
    def forward(ctx, x: Tensor, weight: Tensor, epsilon: float, to: torch.dtype) -> Tensor:
        scale = torch.linalg.vector_norm(x, dim=-1, keepdim=True).square_().div_(x.shape[-1]).add_(epsilon).rsqrt_()
        normal = x * scale
        ctx.save_for_backward(normal, weight, scale)
        return (normal * weight).to(to)

    @staticmethod
    def backward(ctx, gradient: Tensor) -> tuple[Tensor | None, ...]:
        normal, weight, scale = ctx.saved_tensors
        gradient = gradient.to(normal.dtype)
        of_weight = (gradient * normal).flatten(0, -2).sum(0)
        gradient = gradient * weight
        along = (gradient * normal).mean(-1, keepdim=True)
        return gradient.addcmul_(normal, along, value=-1).mul_(scale), of_weight, None, None


class Norm(nn.Module):
    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.weight, self.epsilon = nn.Parameter(torch.ones(shape.width)), shape.epsilon

    def forward(self, x: Tensor) -> Tensor:
        to = torch.bfloat16 if torch.is_autocast_enabled('cpu') else x.dtype
        return _RmsNorm.apply(x, self.weight, self.epsilon, to)


class Layer(nn.Module):
    def __init__(self, shape: Shape, dropout: float) -> None:
        super().__init__()
        self.shape = shape
        self.attention_norm, self.feed_norm = Norm(shape), Norm(shape)
        together = (shape.heads + 2 * shape.keyValueHeads) * shape.headWidth
        self.query_key_value = nn.Linear(shape.width, together, bias=False)
        self.out = nn.Linear(shape.width, shape.width, bias=False)
        self.gate_up = nn.Linear(shape.width, 2 * shape.feedForward, bias=False)
        self.down = nn.Linear(shape.feedForward, shape.width, bias=False)
        self.drop = nn.Dropout(dropout) if dropout else nn.Identity()

    def forward(self, x: Tensor, cosine: Tensor, sine: Tensor, mask: Tensor | None) -> Tensor:
        """x: (rows, tokens, width). `mask` None: the fused kernel attends, else plain products with this added."""
        x = x + self.drop(self.out(self.attend(self.attention_norm(x), cosine, sine, mask)))
        gate, up = self.gate_up(self.feed_norm(x)).chunk(2, -1)
        return x + self.drop(self.down(F.silu(gate) * up))

    def attend(self, x: Tensor, cosine: Tensor, sine: Tensor, mask: Tensor | None) -> Tensor:
        rows, tokens, width = x.shape
        heads, shared, size = self.shape.heads, self.shape.keyValueHeads, self.shape.headWidth
        turned, value = self.query_key_value(x).view(rows, tokens, -1, size).split((heads + shared, shared), 2)
        first, second = turned.chunk(2, -1)
        turned = torch.cat((first * cosine - second * sine, second * cosine + first * sine), -1)
        query, key = turned.transpose(1, 2).split((heads, shared), 1)
        value = value.transpose(1, 2)
        if mask is None:
            mixed = F.scaled_dot_product_attention(query, key, value, is_causal=True, enable_gqa=heads != shared)
        else:  # the heads that share a key are rows of one product, so that keys and values need no copies
            query = query.reshape(rows, shared, -1, size)
            scores = query @ key.reshape(rows, shared, tokens, size).transpose(-1, -2)
            scores = scores.view(rows, shared, -1, tokens, tokens)
            share = (scores * size**-0.5 + mask).softmax(-1).view(rows, shared, -1, tokens)
            mixed = (share @ value).view(rows, heads, tokens, size)
        return mixed.transpose(1, 2).reshape(rows, tokens, width)


class Llama(nn.Module):
    """`fused`: attention by torch's own kernel: on processors the faster one in fp32, the slower one in bf16."""

    def __init__(self, shape: Shape, dropout: float = 0.0, fused: bool = False) -> None:
        super().__init__()
        self.shape, self.fused = shape, fused
        self.embedding = nn.Embedding(shape.vocabulary, shape.width)
        self.layers = nn.ModuleList(Layer(shape, dropout) for _ in range(shape.layers))
        self.norm = Norm(shape)
        self.drop = nn.Dropout(dropout) if dropout else nn.Identity()
        for parameter in self.parameters():
            if parameter.dim() > 1:
                nn.init.normal_(parameter, 0.0, 0.02)
        turns = 1 / shape.ropeTheta ** (torch.arange(0, shape.headWidth, 2) / shape.headWidth)
        angles = torch.outer(torch.arange(shape.contextTokens), turns)[:, None]
        self.register_buffer('cosine', angles.cos(), persistent=False)
        self.register_buffer('sine', angles.sin(), persistent=False)
        later = torch.full((shape.contextTokens, shape.contextTokens), -1e9).triu(1)
        self.register_buffer('later', later, persistent=False)

    def forward(self, ids: Tensor) -> Tensor:
        """ids: (rows, tokens), padded on the right. Returns the states before the vocabulary: (rows, tokens, width)."""
        tokens = ids.shape[1]
        dtype = torch.bfloat16 if torch.is_autocast_enabled('cpu') else self.embedding.weight.dtype
        cosine, sine = self.cosine[:tokens].to(dtype), self.sine[:tokens].to(dtype)
        mask = None if self.fused else self.later[:tokens, :tokens].to(dtype)
        x = self.drop(self.embedding(ids))
        for layer in self.layers:
            x = layer(x, cosine, sine, mask)
        return self.norm(x)

    def logits(self, states: Tensor) -> Tensor:
        """Scores of every token of the vocabulary, by the tied embeddings."""
        return F.linear(states, self.embedding.weight)

    @property
    def parameter_count(self) -> int:
        return sum(parameter.numel() for parameter in self.parameters())
