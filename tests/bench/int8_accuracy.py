"""What int8 costs in accuracy: cross-validation of a logistic regression on the features that
`calibrate` writes.

    build/native/tools/calibrate/calibrate --features /tmp/features WEIGHTS PHOTO...
    python3 -m venv venv && venv/bin/pip install numpy==2.4.6 scikit-learn==1.9.1
    venv/bin/python tests/bench/int8_accuracy.py /tmp/features PHOTO...

The folder of a photo is its class. Prints the share that is right, the mean of 4 x 5 folds, and the
cosine to the features of float32, mean and lowest: for float32, int8, and int8 as it runs on
processors without 8-bit dot products.
"""

import pathlib
import sys

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import RepeatedStratifiedKFold, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler


def main(prefix, *photos):
    labels = [pathlib.Path(photo).parent.name for photo in photos]
    folds = RepeatedStratifiedKFold(n_splits=5, n_repeats=4, random_state=1)
    read = lambda kind: np.fromfile(f"{prefix}.{kind}", np.float32).reshape(len(photos), -1)
    exact = read("float32")
    for kind in ("float32", "int8", "int16"):
        features = read(kind)
        lengths = np.linalg.norm(features, axis=1) * np.linalg.norm(exact, axis=1)
        cosine = (features * exact).sum(axis=1) / lengths
        model = make_pipeline(StandardScaler(), LogisticRegression(C=0.01, max_iter=300))
        right = cross_val_score(model, features, labels, cv=folds).mean()
        print(f"{kind}: {right:.4f} right, cosine {cosine.mean():.5f}, lowest {cosine.min():.5f}")


if __name__ == "__main__":
    main(*sys.argv[1:])
