"""Owns fitting the encoder: what changes in its layers so that questions lie near the passages that answer them.

InfoNCE over in-batch and found negatives (van den Oord et al. 2018), for the mean vector and for late interaction at
once; low-rank changes only. Refuses to write into the product.
"""

from __future__ import annotations

import random
from dataclasses import dataclass

import numpy as np
import torch
from torch import nn

from eval.training.material import Base, Example, Pieces, framed
from eval.training.network import WIDTH, bert, low_rank


@dataclass(frozen=True)
class Plan:
    """How to train."""

    rank: int = 16
    steps: int = 500
    rate: float = 5e-4
    questions: int = 48
    negatives: int = 2
    dense_heat: float = 0.05
    late_heat: float = 0.025
    seed: int = 1
    hold: float = 0.0


class Encoder(nn.Module):
    """(ids, mask) → unit vectors, unit token vectors of fewer dimensions."""

    def __init__(self, weights, axes, rank: int) -> None:
        super().__init__()
        self.bert = bert(weights)
        self.changes = low_rank(self.bert, rank)
        self.axes = nn.Parameter(torch.from_numpy(np.array(axes)))

    def forward(self, ids, mask):
        states = self.bert(input_ids=ids, attention_mask=mask).last_hidden_state
        weights = mask.unsqueeze(-1).to(states.dtype)
        mean = (states * weights).sum(1) / weights.sum(1)
        tokens = states @ self.axes.to(states.dtype)
        return nn.functional.normalize(mean.float(), dim=1), nn.functional.normalize(tokens, dim=2)

    def share(self, value: float) -> None:
        for change in self.changes.values():
            change.share = value


def late(asked, weights, words, word_mask):
    """MaxSim of questions (q, t, d) with passages (p, u, d), weighted (q, t): (q, p)."""
    similar = torch.einsum("qtd,pud->qptu", asked, words)
    best = similar.masked_fill(~word_mask[None, :, None, :], -1.0).amax(3).float()
    return torch.einsum("qpt,qt->qp", best, weights) / weights.sum(1, keepdim=True).clamp(min=1e-6)


def drawn(base: Base, plan: Plan, rng: random.Random):
    usable = [e for e in base.examples if e.relevant and len(e.alone) <= 100]
    chosen = rng.sample(usable, min(plan.questions, len(usable)))
    passages: list[Pieces] = []
    owners: list[int] = []
    for example in chosen:
        article = positive_article(example, rng)
        passages.append(positive_passage(base, example, article, rng))
        owners.append(article)
    for example in chosen:
        others = [c for c in example.candidates if c[0] not in example.relevant]
        for found in rng.sample(others, min(plan.negatives, len(others))):
            passages.append(base.passages[found[1][0]].pieces)
            owners.append(found[0])
    return chosen, passages, owners


def positive_article(example: Example, rng: random.Random) -> int:
    return rng.choice(sorted(example.relevant))


def positive_passage(base: Base, example: Example, article: int, rng: random.Random) -> Pieces:
    if example.positive is not None:
        return example.positive.pieces
    for answer in example.answers:
        for row in base.rows[article]:
            if answer in base.passages[row].text:
                return base.passages[row].pieces
    found = next((rows for owner, rows in example.candidates if owner == article), None)
    return base.passages[found[0] if found else rng.choice(base.rows[article])].pieces


def train(weights, axes, bases: list[Base], spoken: np.ndarray, plan: Plan, device: str, log=print) -> Encoder:
    torch.manual_seed(plan.seed)
    rng = random.Random(plan.seed)
    model = Encoder(weights, axes, plan.rank).to(device).train()
    optimiser = torch.optim.AdamW([p for p in model.parameters() if p.requires_grad], lr=plan.rate, weight_decay=0.01)
    warm = plan.steps // 10
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimiser, lambda s: min((s + 1) / warm, (plan.steps - s) / (plan.steps - warm))
    )
    said = torch.from_numpy(spoken).to(device)
    seen = []
    for step in range(plan.steps):
        base = rng.choice(bases)
        chosen, passages, owners = drawn(base, plan, rng)
        ids, mask = framed([e.alone for e in chosen])
        weight = torch.from_numpy(base.idf[ids]).to(device)
        ids, mask = torch.from_numpy(ids).to(device), torch.from_numpy(mask).to(device)
        pids, pmask = (torch.from_numpy(a).to(device) for a in framed(passages))
        with torch.autocast(device, torch.bfloat16):
            qv, qt = model(ids, mask)
            pv, pt = model(pids, pmask)
        weight = weight * said[ids] * mask
        others = np.array([np.isin(owners, list(example.relevant)) for example in chosen])
        np.fill_diagonal(others, False)
        wrong = torch.from_numpy(others).to(device)
        target = torch.arange(len(chosen), device=device)
        dense = (qv @ pv.T / plan.dense_heat).masked_fill(wrong, -1e4)
        met = (late(qt, weight, pt, said[pids] & pmask.bool()) / plan.late_heat).masked_fill(wrong, -1e4)
        loss = nn.functional.cross_entropy(dense, target) + nn.functional.cross_entropy(met, target)
        optimiser.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimiser.step()
        schedule.step()
        seen.append(float(loss.detach()) if step % 20 == 0 else None)
    log("encoder losses", [round(x, 2) for x in seen if x is not None][::4])
    return model.eval()


@torch.no_grad()
def encoded(model: Encoder, texts: list[Pieces], device: str, batch: int = 128):
    order = sorted(range(len(texts)), key=lambda i: len(texts[i]))
    vectors = torch.zeros(len(texts), WIDTH)
    tokens = [None] * len(texts)
    for at in range(0, len(order), batch):
        rows = order[at : at + batch]
        ids, mask = framed([texts[i] for i in rows])
        with torch.autocast(device, torch.bfloat16):
            v, t = model(torch.from_numpy(ids).to(device), torch.from_numpy(mask).to(device))
        vectors[rows] = v.cpu()
        for place, i in enumerate(rows):
            tokens[i] = t[place, 1 : len(texts[i]) + 1]
    return vectors.to(device), tokens


@torch.no_grad()
def judged(model: Encoder, base: Base, spoken: np.ndarray, device: str, limit: int = 1000) -> dict[str, float]:
    """R@1 of cosine, of late interaction and of both on a set; AUROC of both for questions without an answer."""
    examples = [e for e in base.examples if e.kind != "made" and len(e.alone) <= 250][:limit * 3]
    said = torch.from_numpy(spoken).to(device)
    pv, pt = encoded(model, [p.pieces for p in base.passages], device)
    qv, qt = encoded(model, [e.alone for e in examples], device)
    cos = qv @ pv.T
    longest = max(len(t) for t in pt)
    words = torch.zeros(len(pt), longest, pt[0].shape[1], device=device, dtype=torch.bfloat16)
    held = torch.zeros(len(pt), longest, device=device, dtype=torch.bool)
    for i, t in enumerate(pt):
        words[i, : len(t)] = t.to(torch.bfloat16)
        held[i, : len(t)] = said[torch.from_numpy(base.passages[i].pieces.astype(np.int64)).to(device)]
    lates = torch.zeros_like(cos)
    for i, e in enumerate(examples):
        ids = torch.from_numpy(e.alone.astype(np.int64)).to(device)
        weight = torch.from_numpy(base.idf[e.alone]).to(device) * said[ids]
        top = cos[i].topk(min(100, len(pt))).indices
        similar = torch.einsum("td,pud->ptu", qt[i].to(torch.bfloat16), words[top]).masked_fill(~held[top][:, None, :], -1.0)
        lates[i] = -1
        lates[i, top] = ((similar.max(2).values.float() * weight[:, None][None, :, 0]).sum(1) / weight.sum().clamp(min=1e-6))
    owners = torch.tensor(base.articles, device=device)
    result = {}
    for name, scores in (("cos", cos), ("late", lates), ("both", cos + lates)):
        best = scores.max(1)
        right = [int(owners[best.indices[i]]) in e.relevant for i, e in enumerate(examples) if e.relevant]
        result[name] = sum(right) / max(len(right), 1)
        if name == "both":
            y = np.array([bool(e.relevant) for e in examples])
            s = best.values.cpu().numpy()
            if 0 < y.sum() < len(y):
                result["scope"] = auroc(s, y)
    return result


def auroc(scores: np.ndarray, labels: np.ndarray) -> float:
    order = np.argsort(np.argsort(scores)) + 1
    n1 = labels.sum()
    return float((order[labels].sum() - n1 * (n1 + 1) / 2) / (n1 * (len(labels) - n1)))
