"""Real Keras on the features that the program `presets` has written, with its presets.

    cmake --preset native -DTABTRAIN_BENCH=ON && cmake --build build/native --target presets
    build/native/tests/bench/presets WEIGHTS TRAIN VALIDATION /tmp/presets
    python3 -m venv venv && venv/bin/pip install keras==3.15.0 tensorflow-cpu
    venv/bin/python tests/bench/keras_presets.py /tmp/presets

Prints, as that program does, how many of the validation photos each preset has right for seeds 1 to
5. First weights and shuffling are Keras' own.
"""

import os
import sys

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

import keras
import numpy as np

# As web/lib/fit-options.ts has them: name, features, hidden units, learning rate, epochs.
PRESETS = [
    ("pooled", "", [1024], 1e-4, 50),
    ("extracted", "", [128], 1e-3, 10),
    ("regression", "", [], 1e-3, 50),
    ("extracted-flattened", "-flattened", [128], 1e-3, 10),
]


def load(folder, part, features):
    x = np.load(f"{folder}/{part}{features}-features.npy")
    return x, np.load(f"{folder}/{part}{features}-labels.npy")[:, 0]


def right(x, y, x_validation, y_validation, hidden, learning_rate, epochs, seed):
    keras.utils.set_random_seed(seed)
    layers = [keras.layers.Dense(units, activation="relu") for units in hidden]
    classes = int(y.max()) + 1
    head = keras.Sequential([*layers, keras.layers.Dense(classes, activation="softmax")])
    head.compile(keras.optimizers.Adam(learning_rate), "sparse_categorical_crossentropy")
    head.fit(x, y, batch_size=16, epochs=epochs, verbose=0)
    answers = head.predict(x_validation, verbose=0).argmax(axis=1)
    return int((answers == y_validation).sum())


def main(folder):
    for name, features, *training in PRESETS:
        data = (*load(folder, "train", features), *load(folder, "validation", features))
        print(name, *(right(*data, *training, seed) for seed in range(1, 6)), flush=True)


if __name__ == "__main__":
    main(sys.argv[1])
