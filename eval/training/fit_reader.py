"""Owns fitting the reader: the packaged model, reading question and passage together, says whether this answers that.

Refuses to write into the product.
"""

from __future__ import annotations

import random
import re
from dataclasses import dataclass

import numpy as np
import torch
from torch import nn

from eval.training.fit_encoder import auroc, positive_article
from eval.training.material import Base, Example, Text, paired
from eval.training.network import WIDTH, bert, low_rank

SPANS_ONLY = ("policyqa",)
"""Sets whose questions other passages answer as well: only where the answer starts is learnt from them."""
SENTENCE = re.compile(r"(?<=[.!?])\s+|\n+")


@dataclass(frozen=True)
class Plan:
    rank: int = 0
    steps: int = 800
    rate: float = 1e-4
    questions: int = 24
    negatives: int = 7
    seed: int = 1
    start_weight: float = 0.3
    passage_pieces: int = 200


class Reader(nn.Module):
    """Question and passage → how much it answers (n,), where the answer starts (n, t)."""

    def __init__(self, weights, rank: int) -> None:
        super().__init__()
        self.bert = bert(weights)
        if rank:
            self.changes = low_rank(self.bert, rank)
        else:
            for p in self.bert.embeddings.word_embeddings.parameters():
                p.requires_grad_(False)
        self.mix = nn.Linear(2 * WIDTH, WIDTH)
        self.answers = nn.Linear(WIDTH, 1)
        self.starts = nn.Linear(WIDTH, 1)

    def forward(self, ids, mask, kinds):
        states = self.bert(input_ids=ids, attention_mask=mask, token_type_ids=kinds).last_hidden_state
        weights = mask.unsqueeze(-1).to(states.dtype)
        mean = (states * weights).sum(1) / weights.sum(1)
        joined = torch.tanh(self.mix(torch.cat([states[:, 0], mean], 1)))
        starts = self.starts(states).squeeze(-1).float().masked_fill(kinds * mask == 0, -1e4)
        return self.answers(joined).squeeze(-1).float(), starts


def start_of(text: Text, answers, at_most: int) -> int | None:
    """The word piece at which an answer begins, counted in the passage."""
    for answer in answers:
        place = text.text.find(answer)
        if place < 0:
            continue
        hit = int(np.searchsorted(text.ends[:at_most], place, "right"))
        if hit < min(len(text.pieces), at_most):
            return hit
    return None


def group(base: Base, example: Example, plan: Plan, rng: random.Random):
    """(passages, right place or None, start of the answer or None)."""
    others = [c for c in example.candidates if c[0] not in example.relevant]
    if base.name in SPANS_ONLY:
        others = []
    chosen = rng.sample(others, min(plan.negatives, len(others)))
    passages = [base.passages[rows[0] if rng.random() < 0.8 else rng.choice(rows)] for _, rows in chosen]
    if not example.relevant:
        return passages, None, None
    article = positive_article(example, rng)
    text, start = None, None
    if example.positive is not None:
        text = example.positive
    else:
        for row in base.rows[article]:
            found = start_of(base.passages[row], example.answers, plan.passage_pieces)
            if found is not None:
                text, start = base.passages[row], found
                break
        if text is None:
            rows = next((rows for owner, rows in example.candidates if owner == article), base.rows[article])
            text = base.passages[rows[0]]
    return [text, *passages], 0, start


def train(weights, bases: list[Base], plan: Plan, device: str, log=print) -> Reader:
    torch.manual_seed(plan.seed)
    rng = random.Random(plan.seed)
    model = Reader(weights, plan.rank).to(device).train()
    head = [p for n, p in model.named_parameters() if not n.startswith("bert") and p.requires_grad]
    body = [p for n, p in model.named_parameters() if n.startswith("bert") and p.requires_grad]
    optimiser = torch.optim.AdamW(
        [{"params": body, "lr": plan.rate}, {"params": head, "lr": 5e-4}], weight_decay=0.01
    )
    warm = plan.steps // 10
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimiser, lambda s: min((s + 1) / warm, (plan.steps - s) / (plan.steps - warm))
    )
    seen = []
    for step in range(plan.steps):
        base = rng.choice(bases)
        examples = [e for e in base.examples if len(e.candidates) > 1]
        outside = [e for e in examples if not e.relevant]
        inside = [e for e in examples if e.relevant]
        count = min(plan.questions // 4, len(outside))
        chosen = rng.sample(outside, count) + rng.sample(inside, min(plan.questions - count, len(inside)))
        groups = [group(base, e, plan, rng) for e in chosen]
        pairs = [(e.text, t.pieces[: plan.passage_pieces]) for e, g in zip(chosen, groups) for t in g[0]]
        ids, mask, kinds = (torch.from_numpy(a).to(device) for a in paired(pairs))
        with torch.autocast(device, torch.bfloat16):
            scores, starts = model(ids, mask, kinds)
        losses, at = [], 0
        zero = torch.zeros(1, device=device)
        for e, (texts, right, start) in zip(chosen, groups):
            own = torch.cat([scores[at : at + len(texts)], zero])
            target = torch.tensor([right if right is not None else len(texts)], device=device)
            loss = nn.functional.cross_entropy(own[None], target)
            truth = torch.zeros(len(texts), device=device)
            if right is not None:
                truth[right] = 1.0
            loss = loss + nn.functional.binary_cross_entropy_with_logits(own[:-1], truth)
            if base.name in SPANS_ONLY:
                loss = loss * 0.0
            if start is not None:
                goal = torch.tensor([len(e.text) + 2 + start], device=device)
                loss = loss + plan.start_weight * nn.functional.cross_entropy(starts[at][None], goal)
            losses.append(loss)
            at += len(texts)
        loss = torch.stack(losses).mean()
        optimiser.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimiser.step()
        schedule.step()
        seen.append(float(loss.detach()) if step % 20 == 0 else None)
    log("reader losses", [round(x, 2) for x in seen if x is not None][::4])
    return model.eval()


@torch.no_grad()
def read(model: Reader, pairs, device: str, batch: int = 256):
    """Scores (n,) and start scores of each passage's pieces."""
    order = sorted(range(len(pairs)), key=lambda i: len(pairs[i][0]) + len(pairs[i][1]))
    scores = np.zeros(len(pairs), np.float32)
    starts = [None] * len(pairs)
    for at in range(0, len(order), batch):
        rows = order[at : at + batch]
        ids, mask, kinds = (torch.from_numpy(a).to(device) for a in paired([pairs[i] for i in rows]))
        with torch.autocast(device, torch.bfloat16):
            s, w = model(ids, mask, kinds)
        scores[rows] = s.cpu().numpy()
        w = w.cpu().numpy()
        for place, i in enumerate(rows):
            q, p = pairs[i]
            starts[i] = w[place, len(q) + 2 : len(q) + 2 + len(p)]
    return scores, starts


def judged(model: Reader, base: Base, plan: Plan, device: str) -> tuple[dict[str, float], np.ndarray]:
    """Figures on a set, and the scores of every candidate's passages, (questions, 10, 3), -99 where there is none."""
    examples = [e for e in base.examples if e.kind != "made"]
    pairs, places = [], []
    for i, e in enumerate(examples):
        for j, (_, rows) in enumerate(e.candidates[:10]):
            for k, row in enumerate(rows[:3]):
                pairs.append((e.text, base.passages[row].pieces[: plan.passage_pieces]))
                places.append((i, j, k))
    scores, _ = read(model, pairs, device)
    table = np.full((len(examples), 10, 3), -99.0, np.float32)
    for place, value in zip(places, scores):
        table[place] = value
    best = table.max(2)
    result = {}
    y = np.array([bool(e.relevant) for e in examples])
    first = np.array([bool(e.candidates) and e.candidates[0][0] in e.relevant for e in examples])
    top = best.argmax(1)
    chosen = np.array([bool(e.candidates) and e.candidates[min(top[i], len(e.candidates) - 1)][0] in e.relevant for i, e in enumerate(examples)])
    result["before"] = float(first[y].mean())
    result["reader"] = float(chosen[y].mean())
    three = best[:, :3].argmax(1)
    chosen3 = np.array([bool(e.candidates) and e.candidates[min(three[i], len(e.candidates) - 1)][0] in e.relevant for i, e in enumerate(examples)])
    result["reader3"] = float(chosen3[y].mean())
    if 0 < y.sum() < len(y):
        result["scope"] = auroc(best.max(1), y)
    result["right_first"] = auroc(best[:, 0], first)
    spans = sentence_choice(model, base, examples, plan, device)
    if spans is not None:
        result["span"] = spans
    return result, table


def sentence_choice(model, base, examples, plan, device) -> float | None:
    """Share of questions whose chosen sentence of the right passage holds an answer."""
    pairs, wanted = [], []
    for e in examples:
        for article in e.relevant:
            for row in base.rows[article]:
                text = base.passages[row]
                if start_of(text, e.answers, plan.passage_pieces) is not None:
                    pairs.append((e.text, text.pieces[: plan.passage_pieces]))
                    wanted.append((e, text))
                    break
    if len(pairs) < 50:
        return None
    _, starts = read(model, pairs, device)
    right = 0
    for (e, text), found in zip(wanted, starts):
        p = np.exp(found - found.max())
        best, at, cut = -1.0, 0, [0, *(m.end() for m in SENTENCE.finditer(text.text)), len(text.text)]
        for a, b in zip(cut, cut[1:]):
            inside = (text.starts[: len(p)] >= a) & (text.starts[: len(p)] < b)
            value = float(p[inside].sum())
            if value > best:
                best, at = value, (a, b)
        right += any(answer[:60] in text.text[at[0] : at[1]] for answer in e.answers)
    return right / len(pairs)
