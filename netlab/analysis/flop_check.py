"""Checks the MACs of a network against torch's own operation counter."""

from __future__ import annotations

import torch

from netlab.analysis.network_analysis import Analysis
from netlab.modules.build import build_stack


def count_macs_with_torch(analysis: Analysis) -> int:
    """Multiply-accumulates for one image: half of the FLOPs that `torch.utils.flop_counter` counts.

    This is a hundred times slower than thop's rules, because the whole network runs on the meta
    device, whose kernels are written in Python.
    """
    from torch.utils.flop_counter import FlopCounterMode

    network = analysis.network
    with torch.device("meta"), torch.no_grad(), FlopCounterMode(display=False) as counter:
        build_stack(network.resolved_blocks(), network.input).eval()(torch.empty(1, *network.input))
    return int(counter.get_total_flops()) // 2


def compare_mac_counts(analysis: Analysis) -> str:
    """Both counts in one sentence, with the reason for a difference."""
    ours, theirs = analysis.cost.macs, count_macs_with_torch(analysis)
    if ours == theirs:
        return f"torch's operation counter agrees: {theirs:,} MACs"
    return (
        f"torch's operation counter finds {theirs:,} MACs, thop {ours:,}: "
        "only the first sees products outside of convolution and linear layers"
    )
