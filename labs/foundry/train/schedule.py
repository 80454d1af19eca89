"""How far a stage is, and how large its steps are there."""

from __future__ import annotations

import math

from recipe import Instruct, Train

Plan = Train | Instruct
LEAST_SHARE = 0.02  # of the learning rate, at the end


def share_done(plan: Plan, step: int, seconds: float) -> float:
    """0 to 1 and beyond, by whichever of steps and minutes is nearer to its end."""
    return max(step / plan.steps if plan.steps else 1.0, seconds / (60 * plan.minutes))


def learning_rate(plan: Plan, done: float) -> float:
    """Rises in a line during warm-up, then falls along a cosine."""
    if done < plan.warmUpShare:
        return plan.learningRate * max(done / plan.warmUpShare, 0.01)
    along = min(1.0, (done - plan.warmUpShare) / (1 - plan.warmUpShare))
    return plan.learningRate * (LEAST_SHARE + (1 - LEAST_SHARE) * 0.5 * (1 + math.cos(math.pi * along)))
