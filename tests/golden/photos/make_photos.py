"""Features of 20 photos from real Keras, for tests/web/e2e/keras-photos.spec.ts.

    node tests/golden/photos/make_pixels.mjs DATA pixels.u8
    python3 -m venv venv && venv/bin/pip install keras==3.15.1 tensorflow-cpu==2.21.0
    venv/bin/python tests/golden/photos/make_photos.py \
        DATA/inception_v3_imagenet_2015_notop.h5 pixels.u8 tests/golden/photos/imagenet_2015.json

Keras loads the .h5 itself. Kept of each photo: every 8th of its 2048 pooled features, the largest,
and the Euclidean norm of all.
"""

import json
import sys

import keras
import numpy as np


def main(weights, pixels, out):
    model = keras.applications.InceptionV3(
        weights=None, include_top=False, pooling="avg", input_shape=(299, 299, 3)
    )
    model.load_weights(weights)
    images = np.fromfile(pixels, np.uint8).reshape(-1, 299, 299, 3)
    features = model.predict(images.astype(np.float32) / 127.5 - 1, verbose=0)
    photos = [
        {
            "largest": float(row.max()),
            "norm": float(np.linalg.norm(row)),
            "every8th": [float(f"{value:.7g}") for value in row[::8]],
        }
        for row in features
    ]
    with open(out, "w") as file:
        json.dump(photos, file, separators=(",", ":"))
    print(features.shape, features.max(), features.mean())


main(*sys.argv[1:])
