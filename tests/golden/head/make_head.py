"""Writes keras.txt: what Keras' fit makes of small heads, from given weights in a given order.

    python3 -m venv venv && venv/bin/pip install keras==3.15.1 tensorflow-cpu==2.21.0
    venv/bin/python make_head.py

A line is a name and its values: NAME VALUE... . Arrays are row-major. For each case there are the
weights before ("CASE/before/VARIABLE") and after ("CASE/after/VARIABLE"), and a value for each epoch
of loss, accuracy, val_loss, val_accuracy and learning_rate. tests/cc/head/keras_test.cc names the
same cases.
"""

import os
import pathlib

os.environ["CUDA_VISIBLE_DEVICES"] = ""
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

import keras
import numpy as np
from keras import layers, optimizers, regularizers

INPUTS, CLASSES, TRAINING, VALIDATION, BATCH, EPOCHS = 48, 5, 60, 20, 16, 10


def make_samples():
    """Features of five classes that overlap, a few of them wrongly labelled."""
    rng = np.random.default_rng(1)
    rows = TRAINING + VALIDATION
    labels = rng.integers(0, CLASSES, rows)
    centres = rng.normal(size=(CLASSES, INPUTS)) * 0.5
    features = np.abs(centres[labels] + rng.normal(size=(rows, INPUTS))).astype(np.float32)
    features[:, 7] = 0  # as a feature that no picture has
    labels[::9] = rng.integers(0, CLASSES, labels[::9].size)
    return features.round(4), labels


def dense_head(*hidden, l2=0.0):
    regularizer = regularizers.L2(l2) if l2 else None
    return [
        *hidden,
        layers.Dense(CLASSES, activation="softmax", kernel_regularizer=regularizer),
    ]


def relu(units, l2=0.0):
    return layers.Dense(
        units, activation="relu", kernel_regularizer=regularizers.L2(l2) if l2 else None
    )


class RecordLearningRate(keras.callbacks.Callback):
    """The rate of an epoch's last step; for a schedule the optimizer knows only that of the next."""

    def __init__(self):
        super().__init__()
        self.rates = []

    def on_train_batch_begin(self, batch, logs=None):
        self.rate = float(self.model.optimizer.learning_rate)

    def on_epoch_end(self, epoch, logs=None):
        self.rates.append(self.rate)


def cases():
    def pooled():
        return dense_head(relu(16))

    steps = EPOCHS * -(-TRAINING // BATCH)
    # name: layers, optimizer, label smoothing, arguments of fit
    yield "preset_pooled", pooled(), optimizers.Adam(1e-4), 0, {}
    yield "preset_extracted", dense_head(relu(8)), optimizers.Adam(1e-3), 0, {}
    yield "preset_regression", dense_head(), optimizers.Adam(1e-3), 0, {}
    yield "adam", pooled(), optimizers.Adam(1e-2), 0, {}
    yield "adamw", pooled(), optimizers.AdamW(1e-2, weight_decay=0.1), 0, {}
    yield "sgd", pooled(), optimizers.SGD(0.05), 0, {}
    yield "momentum", pooled(), optimizers.SGD(0.02, momentum=0.9), 0, {}
    yield "nesterov", pooled(), optimizers.SGD(0.02, momentum=0.9, nesterov=True), 0, {}
    yield (
        "penalties",
        dense_head(relu(16, l2=0.01), l2=0.02),
        optimizers.Adam(3e-3),
        0.1,
        {"class_weight": {0: 1.0, 1: 0.5, 2: 2.0, 3: 1.5, 4: 0.25}},
    )
    yield (
        "layers",
        dense_head(
            layers.Normalization(),
            layers.Dropout(0.0),
            layers.Dense(12, activation="sigmoid"),
            layers.BatchNormalization(),
            relu(8),
            layers.BatchNormalization(momentum=0.8, epsilon=0.01),
            layers.Dense(6, activation="softmax"),
        ),
        optimizers.Adam(1e-2),
        0,
        {},
    )
    decay = optimizers.schedules.CosineDecay(1e-2, steps, alpha=0.1)
    yield "cosine", pooled(), optimizers.Adam(decay), 0, {}
    plateau = keras.callbacks.ReduceLROnPlateau(factor=0.5, patience=1, cooldown=1, min_lr=0.1)
    yield "plateau", pooled(), optimizers.SGD(0.6), 0, {"callbacks": [plateau]}
    stopping = keras.callbacks.EarlyStopping(patience=2, restore_best_weights=True)
    yield "early_stopping", pooled(), optimizers.Adam(3e-2), 0, {"callbacks": [stopping]}


def variables_of(model):
    return {variable.path.split("/", 1)[-1]: variable.numpy() for variable in model.variables}


def run(name, stack, optimizer, smoothing, arguments, features, labels, write):
    keras.utils.set_random_seed(7)
    keras.backend.clear_session()
    model = keras.Sequential([keras.Input((INPUTS,)), *stack])
    one_hot = keras.utils.to_categorical(labels, CLASSES)
    training, validation = features[:TRAINING], features[TRAINING:]
    for layer in model.layers:
        if isinstance(layer, layers.Normalization):
            layer.adapt(training)
    for variable in model.weights:
        if "kernel" in variable.path:
            variable.assign(variable.numpy().round(4))
    model.compile(
        optimizer,
        loss=keras.losses.CategoricalCrossentropy(label_smoothing=smoothing),
        metrics=["accuracy"],
        jit_compile=False,
    )
    rates = RecordLearningRate()
    arguments.setdefault("callbacks", []).insert(0, rates)
    write_weights(model, f"{name}/before", write)
    history = model.fit(
        training,
        one_hot[:TRAINING],
        validation_data=(validation, one_hot[TRAINING:]),
        epochs=EPOCHS,
        batch_size=BATCH,
        shuffle=False,
        verbose=0,
        **arguments,
    ).history
    for key in ("loss", "accuracy", "val_loss", "val_accuracy"):
        write(f"{name}/{key}", history[key])
    write(f"{name}/learning_rate", rates.rates)
    write_weights(model, f"{name}/after", write)


def write_weights(model, prefix, write):
    for layer in model.layers:
        for variable in layer.weights:
            if variable.name != "count":
                write(f"{prefix}/{layer.name}/{variable.name}", variable.numpy())


def clipping(write):
    """The loss of answers that are sure and wrong: from the logits, not clipped at 1e-7."""
    model = keras.Sequential([keras.Input((2,)), layers.Dense(2, activation="softmax")])
    model.compile(optimizers.SGD(0.0), "categorical_crossentropy", jit_compile=False)
    model.set_weights([100 * np.eye(2), np.zeros(2)])
    x, y = np.array([[1.0, 0.0]]), np.array([[0.0, 1.0]])
    write("sure_and_wrong/loss", model.fit(x, y, verbose=0).history["loss"])


def main():
    features, labels = make_samples()
    with open(pathlib.Path(__file__).parent / "keras.txt", "w") as file:

        def write(name, values):
            numbers = " ".join(f"{value:.7g}" for value in np.ravel(values))
            file.write(f"{name} {numbers}\n")

        write("features", features)
        write("labels", labels)
        for name, *case in cases():
            run(name, *case, features, labels, write)
        clipping(write)


if __name__ == "__main__":
    main()
