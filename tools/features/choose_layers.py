"""Which layers' pooled outputs make the best features, by 5-fold cross-validation.

    npm run features -- TRAIN VAL --out photos.safetensors \
        --features mixed0,mixed1,mixed2,mixed3,mixed4,mixed5,mixed6,mixed7,mixed8,mixed9,mixed10
    python3 -m venv venv && venv/bin/pip install scikit-learn==1.9.1
    venv/bin/python tools/features/choose_layers.py photos.safetensors [MORE.safetensors ...]

Each layer alone, and two or three of them joined; as they are, or after a square root; always
standardised by the training folds. Softmax regression with L2 (C = 0.1), mean of 3 shufflings.
Printed: the best first, by the mean over all files, and each layer alone.
"""

import itertools
import json
import struct
import sys

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import RepeatedStratifiedKFold

CHANNELS = [256, 288, 288, 768, 768, 768, 768, 768, 1280, 2048, 2048]  # mixed0 ... mixed10
SHOWN = 15


def read(path):
    """[photos, 10048] and the label of each photo."""
    data = open(path, "rb").read()
    (length,) = struct.unpack("<Q", data[:8])
    header = json.loads(data[8 : 8 + length])
    metadata = header["__metadata__"]
    assert metadata["layers"] == ",".join(f"mixed{i}" for i in range(11)), metadata["layers"]
    features = np.frombuffer(data[8 + length :], "<f4").reshape(header["features"]["shape"])
    return features.astype(float), np.array(json.loads(metadata["labels"]))


def accuracy(features, labels):
    scores = []
    for train, test in RepeatedStratifiedKFold(n_splits=5, n_repeats=3, random_state=1).split(
        features, labels
    ):
        mean, deviation = features[train].mean(axis=0), features[train].std(axis=0) + 1e-6
        x_train, x_test = ((features[rows] - mean) / deviation for rows in (train, test))
        # The L2 penalty does not see a rotation: as few columns as there are photos give the same.
        values, vectors = np.linalg.eigh(x_train @ x_train.T)
        kept = values > 1e-9 * values.max()
        basis = x_train.T @ (vectors[:, kept] / np.sqrt(values[kept]))
        model = LogisticRegression(C=0.1, max_iter=1000).fit(x_train @ basis, labels[train])
        scores.append(model.score(x_test @ basis, labels[test]))
    return np.mean(scores)


def candidates():
    layers = range(11)
    yield from ((layer,) for layer in layers)
    yield from itertools.combinations(layers, 2)
    yield from itertools.combinations(range(3, 8), 3)


def main(paths):
    sets = [read(path) for path in paths]
    starts = np.cumsum([0] + CHANNELS)
    table = []
    for layers in candidates():
        columns = np.concatenate([np.arange(starts[i], starts[i + 1]) for i in layers])
        for root in (False, True):
            scores = []
            for features, labels in sets:
                chosen = features[:, columns]
                scores.append(accuracy(np.sqrt(chosen) if root else chosen, labels))
            table.append((np.mean(scores), layers, root, scores))
    table.sort(key=lambda row: row[0], reverse=True)
    best = table[:SHOWN]
    alone = sorted((row for row in table if len(row[1]) == 1), key=lambda row: row[1:3])
    print("| layers | transform |", " | ".join(paths), "| mean |")
    print("|---" * (3 + len(paths)), "|", sep="")
    for mean, layers, root, scores in best + alone:
        name = ", ".join(f"mixed{i}" for i in layers)
        print(f"| {name} | {'sqrt' if root else 'none'} |", end=" ")
        print(" | ".join(f"{score:.3f}" for score in scores), f"| {mean:.3f} |")


main(sys.argv[1:])
