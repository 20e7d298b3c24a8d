"""Real Keras beside the program `presets`: from the same weights, on the same features in the same
order, so that only the arithmetic differs.

    cmake --preset bench-native && cmake --build --preset bench-native --target presets
    build/bench-native/tests/bench/presets WEIGHTS TRAIN VALIDATION /tmp/presets
    python3 -m venv venv && venv/bin/pip install keras==3.15.1 tensorflow-cpu==2.21.0
    venv/bin/python tests/bench/keras_presets.py /tmp/presets

Prints how many of the validation photos each preset has right for seeds 1 to 5, here and in Keras,
and how far their probabilities are apart. Fails when a preset is more than a photo apart.
"""

import os
import sys

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

import keras
import numpy as np

# As web/lib/fit-options.ts has them: name, hidden units, learning rate.
PRESETS = [
    ("pooled", [1024], 1e-4),
    ("extracted", [128], 1e-3),
    ("regression", [], 1e-3),
    ("extracted-flattened", [128], 1e-3),
]
SEEDS = range(1, 6)


def make_head(folder, seed, inputs, classes, hidden, learning_rate):
    layers = [keras.layers.Dense(units, activation="relu") for units in hidden]
    output = keras.layers.Dense(classes, activation="softmax")
    head = keras.Sequential([keras.Input((inputs,)), *layers, output])
    for i, variable in enumerate(head.weights):
        variable.assign(np.load(f"{folder}/{seed}-weights-{i}.npy").reshape(variable.shape))
    head.compile(keras.optimizers.Adam(learning_rate), "sparse_categorical_crossentropy")
    return head


def train(folder, seed, x, y, *spec):
    """Keras' probabilities for the validation photos."""
    head = make_head(folder, seed, x.shape[1], int(y.max()) + 1, *spec)
    for order in np.load(f"{folder}/{seed}-order.npy"):
        head.fit(x[order], y[order], batch_size=16, shuffle=False, verbose=0)
    return np.asarray(head(np.load(f"{folder}/validation-features.npy")))


def softmax(logits):
    exponentials = np.exp(logits - logits.max(axis=1, keepdims=True))
    return exponentials / exponentials.sum(axis=1, keepdims=True)


def compare(folder, *spec):
    """Photos right here and in Keras for each seed, and the most that a probability differs."""
    x = np.load(f"{folder}/train-features.npy")
    y = np.load(f"{folder}/train-labels.npy")[:, 0]
    labels = np.load(f"{folder}/validation-labels.npy")[:, 0]
    ours = [softmax(np.load(f"{folder}/{seed}-logits.npy")) for seed in SEEDS]
    theirs = [train(folder, seed, x, y, *spec) for seed in SEEDS]
    right = [[int((p.argmax(axis=1) == labels).sum()) for p in side] for side in (ours, theirs)]
    return *right, np.abs(np.subtract(ours, theirs)).max()


def main(output):
    farthest = 0
    for name, *spec in PRESETS:
        here, in_keras, apart = compare(f"{output}/{name}", *spec)
        print(f"{name}: here {here}, Keras {in_keras}, probabilities {apart:.1e} apart", flush=True)
        farthest = max(farthest, *np.abs(np.subtract(here, in_keras)))
    sys.exit(farthest > 1)


if __name__ == "__main__":
    main(sys.argv[1])
