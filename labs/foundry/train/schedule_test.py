from __future__ import annotations

import pytest

from recipe import Train
from train.schedule import learning_rate, share_done

PLAN = Train(steps=100, minutes=10, learningRate=0.01, warmUpShare=0.1)


def test_whichever_of_steps_and_minutes_is_nearer_decides() -> None:
    assert share_done(PLAN, 50, 60) == 0.5
    assert share_done(PLAN, 50, 540) == 0.9
    assert share_done(Train(steps=0, minutes=10), 0, 0) == 1


def test_the_rate_rises_then_falls() -> None:
    rates = [learning_rate(PLAN, share / 100) for share in range(101)]
    assert rates[0] > 0 and max(rates) == pytest.approx(0.01)
    assert rates[:11] == sorted(rates[:11]) and rates[10:] == sorted(rates[10:], reverse=True)
    assert rates[5] == pytest.approx(0.005) and rates[-1] == pytest.approx(0.0002)


def test_after_the_end_it_stays_low() -> None:
    assert learning_rate(PLAN, 1.2) == learning_rate(PLAN, 1.0)
