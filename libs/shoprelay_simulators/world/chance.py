"""Odds."""

import random


def chance(rng: random.Random, percent: int) -> bool:
    return rng.random() * 100 < percent
