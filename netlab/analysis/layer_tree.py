"""The torchinfo tree of a network."""

from __future__ import annotations

import torch

from netlab.modules.build import build_on_meta, build_stack
from netlab.recipe.network import Network


def layer_tree(network: Network, depth: int = 3) -> str:
    """Torchinfo's table of layers down to `depth`: type, output shape for one image, parameters.

    The table has no totals, because torchinfo counts bias and normalisation as multiply-adds.
    The random state does not change, and the module is freed afterwards.
    """
    from torchinfo import summary
    from torchinfo.torchinfo import clear_cached_forward_pass

    with torch.random.fork_rng(devices=[]):
        model = build_on_meta(lambda: build_stack(network.resolved_blocks(), network.input))
        statistics = summary(
            model,
            input_data=torch.empty(0, *network.input),
            depth=depth,
            col_names=("output_size", "num_params"),
            col_width=20,
            device="cpu",
            mode="eval",
            verbose=0,
        )
        clear_cached_forward_pass()
    for layer in statistics.summary_list:
        layer.output_size = [1, *layer.output_size[1:]]
    form = statistics.formatting
    return form.header_row() + form.layers_to_str(statistics.summary_list, statistics.total_params)
