"""Owns a training from pack to weights: once for each set left out, once on all. Runs where the accelerator is.

`python -m eval.training.run --pack PACK --model FOLDER --axes FILE --out FOLDER`. Refuses to write into the product.
"""

from __future__ import annotations

import argparse
import json
import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import numpy as np
import torch

from eval.training import fit_encoder, fit_reader, material


def spoken_pieces(vocabulary: Path) -> np.ndarray:
    said = np.zeros(40000, np.bool_)
    for number, piece in enumerate(vocabulary.read_text(encoding="utf-8").splitlines()):
        said[number] = any(map(str.isalnum, piece)) and not (piece.startswith("[") and piece.endswith("]"))
    return said


def one(job):
    what, left_out, arguments, plan = job
    torch.set_num_threads(arguments.threads)
    started = time.time()
    model_dir = Path(arguments.model)
    bases = material.read(Path(arguments.pack), model_dir / "tokenizer.json")
    weights = model_dir / "model.safetensors"
    spoken = spoken_pieces(model_dir / "vocab.txt")
    axes = np.load(arguments.axes)
    used = [b for b in bases if b.name != left_out]
    held = [b for b in bases if b.name == left_out]
    device = arguments.device
    said: list[str] = []
    log = lambda *words: print(left_out, *words, flush=True)  # noqa: E731
    saved, tables = {}, {}
    if what == "encoder":
        model = fit_encoder.train(weights, axes, [b for b in used if b.name != "policyqa"], spoken, plan, device, log)
        for base in held:
            for share in (0.0, 0.6, 1.0):
                model.share(share)
                log(left_out, f"share {share}", {k: round(v, 3) for k, v in fit_encoder.judged(model, base, spoken, device).items()})
        for name, change in model.changes.items():
            saved[f"{name}.down"] = change.down.detach().half().cpu().numpy()
            saved[f"{name}.up"] = change.up.detach().half().cpu().numpy()
        saved["axes"] = model.axes.detach().half().cpu().numpy()
    else:
        model = fit_reader.train(weights, used, plan, device, log)
        for base in held:
            result, table = fit_reader.judged(model, base, plan, device)
            tables[base.name] = table.astype(np.float16)
            log("reader", left_out, {k: round(v, 3) for k, v in result.items()})
        if not held:
            state = {k: v.detach().half().cpu().numpy() for k, v in model.state_dict().items()}
            saved = {k: v for k, v in state.items() if "word_embeddings" not in k}
    said.append(f"{what} {left_out} {plan} {time.time() - started:.0f} s")
    return what, left_out, saved, tables, "\n".join(said)


def main() -> None:
    parser = argparse.ArgumentParser()
    for name in ("pack", "model", "axes", "out"):
        parser.add_argument(f"--{name}", required=True)
    parser.add_argument("--device", default="cuda")
    parser.add_argument("--folds", default="")
    parser.add_argument("--what", default="encoder,reader")
    parser.add_argument("--encoder", default="{}")
    parser.add_argument("--reader", default="[{}]")
    parser.add_argument("--workers", type=int, default=4)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--no-all", action="store_true")
    arguments = parser.parse_args()
    folds = ([] if arguments.no_all else [""]) + [f for f in arguments.folds.split(",") if f]
    encoder_plans = [fit_encoder.Plan(**p) for p in json.loads(arguments.encoder)]
    reader_plans = [fit_reader.Plan(**p) for p in json.loads(arguments.reader)]
    jobs = []
    if "reader" in arguments.what:
        jobs += [("reader", fold, arguments, plan) for plan in reader_plans for fold in reversed(folds)]
    if "encoder" in arguments.what:
        jobs += [("encoder", fold, arguments, plan) for plan in encoder_plans for fold in folds]
    out = Path(arguments.out)
    out.mkdir(parents=True, exist_ok=True)
    encoders, tables = {}, {}
    with ProcessPoolExecutor(arguments.workers, mp_context=get_context("spawn")) as pool:
        for number, (what, fold, saved, found, said) in enumerate(pool.map(one, jobs)):
            print(said, flush=True)
            plan = number
            if what == "encoder":
                encoders |= {f"{plan}:{fold}:{k}": v for k, v in saved.items()}
                np.savez(out / "encoders.npz", **encoders)
            else:
                tables |= {f"{plan}:{name}": v for name, v in found.items()}
                np.savez_compressed(out / "tables.npz", **tables)
                names = sorted(saved, key=lambda name: (saved[name].size, name))
                for part in (0, 1):
                    if names:
                        np.savez(out / f"reader{plan}_{part}.npz", **{n: saved[n] for n in names[part::2]})


if __name__ == "__main__":
    main()
