"""Golden activations of InceptionV3 from real Keras, for tests/cc/backbone.

    python3 -m venv venv && venv/bin/pip install keras==3.15.1 tensorflow-cpu==2.21.0
    venv/bin/python make_backbone.py WEIGHTS.safetensors OUT.safetensors

WEIGHTS is a file that `npm run weights` made. Keras builds its own InceptionV3, gets the weights
tensor by tensor in its own creation order, and runs on the two synthetic images of `pixels`, which
the C++ test draws by the same formula. Kept of every block: 1024 values spread over the tensor and
its largest magnitude; and the whole of the pooled features.
"""

import json
import struct
import sys

import keras
import numpy as np

SAMPLES, STRIDE = 1024, 7919  # the stride is prime: the samples spread over the whole tensor


def wave(t, period):
    return np.abs(2 * (t % period) - period) * 255 // period


def pixels(seed):
    """[299, 299, 3] uint8: triangle waves and noise, in integers."""
    y, x, c = np.meshgrid(np.arange(299), np.arange(299), np.arange(3), indexing="ij")
    noise = ((x * 7919 + y * 104729 + c * 1299709 + seed * 15485863) >> 3) % 64
    waves = wave(x * 3 + y + 40 * c + 17 * seed, 97) + wave(2 * y + 5 * seed + 30 * c, 61)
    return ((waves + noise) // 3).astype(np.uint8)


def read_safetensors(path):
    data = open(path, "rb").read()
    (length,) = struct.unpack("<Q", data[:8])
    header = json.loads(data[8 : 8 + length])
    header.pop("__metadata__", None)
    body = data[8 + length :]
    return {
        name: np.frombuffer(body[slice(*t["data_offsets"])], "<f4").reshape(t["shape"])
        for name, t in header.items()
    }


def write_safetensors(path, tensors):
    header, position = {}, 0
    for name, array in tensors.items():
        end = position + array.nbytes
        header[name] = {"dtype": "F32", "shape": array.shape, "data_offsets": [position, end]}
        position = end
    text = json.dumps(header).encode()
    with open(path, "wb") as out:
        out.write(struct.pack("<Q", len(text)) + text)
        for array in tensors.values():
            out.write(array.astype("<f4").tobytes())


def load(model, weights):
    """Keras creates the convolutions and their batch norms in the order of the published numbers."""
    convolutions = [l for l in model.layers if isinstance(l, keras.layers.Conv2D)]
    norms = [l for l in model.layers if isinstance(l, keras.layers.BatchNormalization)]

    def by_number(layer):  # conv2d, conv2d_1, ...: the first has no number
        suffix = layer.name.rsplit("_", 1)[-1]
        return int(suffix) if suffix.isdigit() else 0

    for i, (conv, norm) in enumerate(
        zip(sorted(convolutions, key=by_number), sorted(norms, key=by_number)), 1
    ):
        conv.set_weights([weights[f"conv2d_{i}/kernel"]])
        names = ("beta", "moving_mean", "moving_variance")
        norm.set_weights([weights[f"batch_normalization_{i}/{n}"] for n in names])


def main(weights_path, out_path):
    model = keras.applications.InceptionV3(
        weights=None, include_top=False, input_shape=(299, 299, 3)
    )
    load(model, read_safetensors(weights_path))
    pools = [l for l in model.layers if isinstance(l, keras.layers.MaxPooling2D)]
    blocks = {"max_pooling2d_2": pools[1].output}
    blocks |= {f"mixed{i}": model.get_layer(f"mixed{i}").output for i in range(11)}
    x = np.stack([pixels(0), pixels(1)]).astype(np.float32) / 127.5 - 1
    outputs = keras.Model(model.input, blocks).predict(x, verbose=0)

    golden = {}
    for name, value in outputs.items():
        flat = value.reshape(-1)
        golden[f"{name}/samples"] = flat[np.arange(SAMPLES) * STRIDE % flat.size]
        golden[f"{name}/largest"] = np.abs(flat).max(keepdims=True)
    golden["features"] = outputs["mixed10"].mean(axis=(1, 2))
    write_safetensors(out_path, golden)
    for name in blocks:
        print(name, outputs[name].shape, golden[f"{name}/largest"])


main(*sys.argv[1:])
