"""Owns the packaged model as a network that can be trained. Refuses data."""

from __future__ import annotations

import math
from pathlib import Path

import torch
from safetensors.torch import load_file
from torch import nn
from transformers import BertConfig, BertModel

WIDTH = 384


def bert(weights: Path) -> BertModel:
    """The packaged model, without a pooler."""
    config = BertConfig(
        vocab_size=30522, hidden_size=WIDTH, num_hidden_layers=6, num_attention_heads=12, intermediate_size=1536,
        hidden_dropout_prob=0.1, attention_probs_dropout_prob=0.1,
    )  # fmt: skip
    model = BertModel(config, add_pooling_layer=False)
    state = {k: v.float() for k, v in load_file(str(weights)).items() if not k.startswith("pooler")}
    missing, unexpected = model.load_state_dict(state, strict=False)
    assert not [m for m in missing if "position_ids" not in m], missing
    assert not [u for u in unexpected if "position_ids" not in u], unexpected
    return model


class LowRank(nn.Module):
    """A linear layer with a trainable change of low rank (Hu et al. 2021); `share` scales the change."""

    def __init__(self, layer: nn.Linear, rank: int) -> None:
        super().__init__()
        self.layer = layer
        self.down = nn.Parameter(torch.randn(rank, layer.in_features) / math.sqrt(layer.in_features))
        self.up = nn.Parameter(torch.zeros(layer.out_features, rank))
        self.share = 1.0

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.layer(x) + self.share * ((x @ self.down.T) @ self.up.T)


def low_rank(model: nn.Module, rank: int) -> dict[str, LowRank]:
    """Freeze the model and give each linear layer of its encoder a low-rank change."""
    for parameter in model.parameters():
        parameter.requires_grad_(False)
    found: dict[str, LowRank] = {}
    for name, module in list(model.named_modules()):
        if isinstance(module, nn.Linear) and name.startswith("encoder."):
            parent = model.get_submodule(name.rpartition(".")[0])
            found[name] = LowRank(module, rank)
            setattr(parent, name.rpartition(".")[2], found[name])
    return found
