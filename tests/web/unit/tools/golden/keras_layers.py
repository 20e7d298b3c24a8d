"""Writes keras_layers.json: InceptionV3's layers with weights, as real Keras builds and saves them.

usage: python keras_layers.py        needs: keras 3 and any of its backends
"""

import json
import pathlib

import keras

model = keras.applications.InceptionV3(weights=None, include_top=False)


def layers(kind):
    """Layers of one kind as [number in creation order from 1, shape of its first weight]."""
    found = [layer for layer in model.layers if isinstance(layer, kind)]
    created = sorted(found, key=lambda layer: int(layer.name.rpartition("_")[2]) if layer.name[-1].isdigit() else 0)
    return [[created.index(layer) + 1, list(layer.weights[0].shape)] for layer in found]


golden = {
    "keras": keras.__version__,
    "epsilon": next(l.epsilon for l in model.layers if isinstance(l, keras.layers.BatchNormalization)),
    "savedConvolutions": layers(keras.layers.Conv2D),
    "savedBatchNorms": layers(keras.layers.BatchNormalization),
}
path = pathlib.Path(__file__).with_suffix(".json")
path.write_text(json.dumps(golden) + "\n")
