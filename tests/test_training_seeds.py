from __future__ import annotations

import torch

from netlab.training.seeds import derive_seed, epoch_order, make_generator


def test_a_derived_seed_is_the_same_on_every_machine_and_in_every_version() -> None:
    assert derive_seed(0, "weights") == 3534620555749023109
    assert derive_seed(7, "order", 3) == 1847348197119130182


def test_purposes_seeds_and_numbers_each_give_their_own_stream() -> None:
    seeds = [
        derive_seed(s, p, *n)
        for s in (0, 1)
        for p in ("weights", "order")
        for n in ((), (0,), (1,))
    ]
    assert len(set(seeds)) == len(seeds)
    assert all(0 <= seed < 2**63 for seed in seeds)


def test_drawing_from_one_stream_leaves_the_others_alone() -> None:
    torch.manual_seed(5)
    before = torch.get_rng_state()
    epoch_order(0, 0, 100)
    make_generator(0, "crop").seed()
    assert torch.equal(torch.get_rng_state(), before)


def test_the_order_of_an_epoch_is_a_permutation_given_by_seed_and_epoch() -> None:
    order = epoch_order(0, 3, 100)
    assert sorted(order.tolist()) == list(range(100))
    assert torch.equal(order, epoch_order(0, 3, 100))
    assert not torch.equal(order, epoch_order(0, 4, 100))
    assert not torch.equal(order, epoch_order(1, 3, 100))
