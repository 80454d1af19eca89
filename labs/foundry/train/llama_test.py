from __future__ import annotations

from pathlib import Path

import pytest
import torch
from transformers import LlamaForCausalLM
from transformers.utils.logging import disable_progress_bar

from convert.model_folder import Shape
from train.llama import Llama, Norm
from train.weights import from_hub, to_hub, write_model

SHAPE = Shape(width=48, layers=3, heads=6, keyValueHeads=2, feedForward=256, contextTokens=40, vocabulary=90,
              epsilon=1e-5, ropeTheta=500.0)


def a_model(fused: bool = False) -> Llama:
    torch.manual_seed(3)
    model = Llama(SHAPE, fused=fused)
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.add_(torch.randn_like(parameter) * 0.15)
    return model


@pytest.fixture
def ids() -> torch.Tensor:
    return torch.randint(0, SHAPE.vocabulary, (3, 33), generator=torch.Generator().manual_seed(1))


def test_its_logits_are_those_of_transformers(tmp_path: Path, ids: torch.Tensor) -> None:
    model = a_model()
    write_model(tmp_path, model.state_dict(), SHAPE)
    disable_progress_bar()
    other = LlamaForCausalLM.from_pretrained(tmp_path).eval()
    with torch.no_grad():
        torch.testing.assert_close(model.logits(model(ids)), other(ids).logits, rtol=1e-4, atol=1e-4)


def test_fused_and_plain_attention_agree(ids: torch.Tensor) -> None:
    with torch.no_grad():
        torch.testing.assert_close(a_model(True)(ids), a_model(False)(ids), rtol=1e-4, atol=1e-5)


def test_a_token_does_not_see_those_after_it(ids: torch.Tensor) -> None:
    later = ids.clone()
    later[:, 20:] = 5
    with torch.no_grad():
        torch.testing.assert_close(a_model()(ids)[:, :20], a_model()(later)[:, :20])


def test_in_bf16_it_stays_near(ids: torch.Tensor) -> None:
    model = a_model()
    with torch.no_grad(), torch.autocast('cpu', dtype=torch.bfloat16):
        rough = model(ids)
    assert rough.dtype == torch.bfloat16
    assert float((rough.float() - model(ids)).abs().mean().detach()) < 0.05


def test_the_gradients_of_the_norm_are_right() -> None:
    norm, x = Norm(SHAPE).double(), torch.randn(2, 5, SHAPE.width, dtype=torch.float64, requires_grad=True)
    with torch.no_grad():
        norm.weight.mul_(torch.rand_like(norm.weight))
    assert torch.autograd.gradcheck(norm, x)
    ours = torch.autograd.grad(norm(x).square().sum(), norm.weight)[0]
    plain = torch.nn.functional.rms_norm(x, (SHAPE.width,), norm.weight, norm.epsilon)
    torch.testing.assert_close(ours, torch.autograd.grad(plain.square().sum(), norm.weight)[0])


def test_names_go_over_and_back() -> None:
    state = a_model().state_dict()
    back = from_hub(to_hub(state, SHAPE), SHAPE)
    assert back.keys() == state.keys()
    assert all(torch.equal(back[name], state[name]) for name in state)
