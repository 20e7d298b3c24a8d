#!/usr/bin/env python3
"""Makes the golden files of tests/cc/image: what Pillow decodes and resizes, and Keras augments.

In a virtual environment (Keras' numpy backend wants jax):
  pip install numpy==2.4.6 pillow==13.0.0 scipy==1.17.1 keras==3.15.1 jax==0.10.2
  python3 make_golden.py
Expected pixels are binary PPM files: RGB, 8 bit, upright, transparent parts on white. Augmented
views are samples of a grid, in 256ths of a level.
"""

import os
import pathlib
import struct
import zlib

import numpy as np
from PIL import Image, ImageOps

os.environ["KERAS_BACKEND"] = "numpy"
from keras.src.legacy.preprocessing.image import ImageDataGenerator  # noqa: E402

HERE = pathlib.Path(__file__).parent
DECODE = HERE / "decode"
RESIZE = HERE / "resize"
AUGMENT = HERE / "augment"


def photo(width, height):
    """Smooth colours and two sharp shapes, none of them symmetric: [height, width, 3], uint8."""
    y, x = np.mgrid[0:height, 0:width].astype(np.float64)
    u, v = x / width, y / height
    pixels = np.stack([60 + 150 * u, 200 - 120 * v, 90 + 60 * np.sin(5 * u + 3 * v)], axis=-1)
    pixels[(x - 0.25 * width) ** 2 + (y - 0.3 * height) ** 2 < (0.18 * height) ** 2] = (220, 60, 40)
    pixels[int(0.6 * height) : int(0.8 * height), int(0.5 * width) : int(0.9 * width)] = (30, 60, 160)
    return pixels.round().astype(np.uint8)


def noise(width, height, seed):
    return np.random.default_rng(seed).integers(0, 256, (height, width, 3), dtype=np.uint8)


def on_white(rgba):
    """The rounding that wasm/image promises; rgba is [height, width, 4], uint8."""
    value, alpha = rgba[..., :3].astype(int), rgba[..., 3:].astype(int)
    return ((value * alpha + 255 * (255 - alpha) + 127) // 255).astype(np.uint8)


def save_ppm(path, pixels):
    Image.fromarray(pixels, "RGB").save(path, format="PPM")


def save_pair(name, image, expected=None, **options):
    """The encoded image, and beside it what it must decode to (by default: what Pillow says)."""
    path = DECODE / name
    image.save(path, **options)
    if expected is None:
        decoded = ImageOps.exif_transpose(Image.open(path))
        expected = on_white(np.asarray(decoded.convert("RGBA")))
    save_ppm(DECODE / (name + ".ppm"), expected)


def png_bytes(width, height, depth, color, interlace, raw):
    """A PNG by hand, for the kinds that Pillow does not write."""
    data = b"\x89PNG\r\n\x1a\n"
    header = struct.pack(">IIBBBBB", width, height, depth, color, 0, 0, interlace)
    for kind, body in [(b"IHDR", header), (b"IDAT", zlib.compress(raw, 9)), (b"IEND", b"")]:
        data += struct.pack(">I", len(body)) + kind + body
        data += struct.pack(">I", zlib.crc32(kind + body))
    return data


def raw_rows(pixels):
    """Rows of a PNG, each behind a zero that says "not filtered"."""
    return b"".join(b"\0" + row.tobytes() for row in pixels)


def interlaced_rows(pixels):
    """Adam7: first row and column, and steps, of the seven passes."""
    passes = [(0, 0, 8, 8), (0, 4, 8, 8), (4, 0, 8, 4), (0, 2, 4, 4), (2, 0, 4, 2), (0, 1, 2, 2)]
    passes.append((1, 0, 2, 1))
    return b"".join(raw_rows(pixels[y::dy, x::dx]) for y, x, dy, dx in passes)


def make_jpegs():
    small = Image.fromarray(photo(40, 27))
    save_pair("444.jpg", small, quality=92, subsampling=0)
    save_pair("422.jpg", small, quality=92, subsampling=1)
    save_pair("420.jpg", small, quality=92, subsampling=2)
    save_pair("progressive.jpg", small, quality=92, subsampling=2, progressive=True)
    save_pair("restarts.jpg", small, quality=92, subsampling=2, restart_marker_blocks=1)
    save_pair("gray.jpg", small.convert("L"), quality=92)
    save_pair("cmyk.jpg", small.convert("CMYK"), quality=92)
    for orientation in range(1, 9):
        exif = Image.Exif()
        exif[0x010F] = "tabtrain"  # a tag before it, so that the orientation is not the first
        exif[0x0112] = orientation
        name = f"orientation{orientation}.jpg"
        save_pair(name, Image.fromarray(photo(24, 16)), quality=92, subsampling=0, exif=exif)


def make_pngs():
    pixels = photo(40, 27)
    alpha = np.linspace(0, 255, 40 * 27).round().astype(np.uint8).reshape(27, 40, 1)
    rgba = np.concatenate([pixels, alpha], axis=-1)
    small = Image.fromarray(pixels)
    save_pair("rgb.png", small)
    save_pair("rgba.png", Image.fromarray(rgba))
    save_pair("gray.png", small.convert("L"))
    save_pair("gray_alpha.png", Image.fromarray(rgba).convert("LA"))
    save_pair("one_bit.png", small.convert("1"))
    save_pair("palette.png", small.quantize(17))
    save_pair("palette_transparent.png", small.quantize(17), transparency=3)
    gray16 = (pixels[..., 0].astype(np.uint16) << 8) + 77
    high_byte = np.repeat((gray16 >> 8).astype(np.uint8)[..., None], 3, axis=-1)
    save_pair("gray16.png", Image.fromarray(gray16), high_byte)
    exif = Image.Exif()
    exif[0x0112] = 6
    save_pair("orientation6.png", Image.fromarray(photo(24, 16)), exif=exif)
    rgb16 = ((pixels.astype(int) << 8) + 200).astype(">u2")
    (DECODE / "rgb16.png").write_bytes(png_bytes(40, 27, 16, 2, 0, raw_rows(rgb16)))
    save_ppm(DECODE / "rgb16.png.ppm", pixels)
    (DECODE / "interlaced.png").write_bytes(png_bytes(40, 27, 8, 2, 1, interlaced_rows(pixels)))
    save_ppm(DECODE / "interlaced.png.ppm", np.asarray(Image.open(DECODE / "interlaced.png")))


def make_bmps():
    small = Image.fromarray(photo(41, 27))  # rows that need padding
    save_pair("rgb.bmp", small)
    save_pair("palette.bmp", small.quantize(17))
    save_pair("gray.bmp", small.convert("L"))
    save_pair("one_bit.bmp", small.convert("1"))


def formula(width, height):
    """The FormulaImage of the tests."""
    y, x = np.mgrid[0:height, 0:width]
    return np.stack([x * 7 + y * 13, x * y, x + 3 * y], axis=-1).astype(np.uint8)


def make_resizes():
    for width, height, sizes in [
        (61, 47, [(20, 47), (61, 60), (17, 13), (80, 61), (1, 1), (120, 5)]),
        (1, 1, [(7, 5)]),
        (400, 3, [(11, 9), (3, 2)]),
        (3, 400, [(9, 11), (2, 3)]),
    ]:
        source = Image.fromarray(noise(width, height, seed=width))
        save_ppm(RESIZE / f"{width}x{height}.ppm", np.asarray(source))
        for size in sizes:
            resized = source.resize(size, Image.BILINEAR)
            save_ppm(RESIZE / f"{width}x{height}_to_{size[0]}x{size[1]}.ppm", np.asarray(resized))
    resized = Image.fromarray(formula(1200, 900)).resize((299, 299), Image.BILINEAR)
    save_ppm(RESIZE / "formula_rows.ppm", np.asarray(resized)[[0, 149, 298]])


SIZE = 299
NEUTRAL = {
    "theta": 0, "tx": 0, "ty": 0, "shear": 0, "zx": 1, "zy": 1, "flip_horizontal": 0, "flip_vertical": 0,
    "channel_shift_intensity": 0, "brightness": -1, "fill_mode": "nearest", "cval": 0,
}  # fmt: skip
EVERYTHING = {"theta": -17.3, "tx": 41.2, "ty": -33.7, "shear": 9.1, "zx": 1.17, "zy": 0.84}
VIEWS = {
    "rotation": {"theta": 20},
    "shift": {"tx": 30.25, "ty": -52.5},
    "whole_shift": {"tx": -7, "ty": 11, "fill_mode": "constant", "cval": 99},
    "shear": {"shear": 15},
    "zoom": {"zx": 0.8, "zy": 1.3},
    "nearest": EVERYTHING,
    "constant": EVERYTHING | {"fill_mode": "constant", "cval": 127.5},
    "reflect": EVERYTHING | {"fill_mode": "reflect"},
    "wrap": EVERYTHING | {"fill_mode": "wrap"},
    "far_reflect": {"zx": 5.5, "zy": 4.7, "tx": 200, "fill_mode": "reflect"},
    "far_wrap": {"zx": 5.5, "zy": 4.7, "tx": 200, "fill_mode": "wrap"},
    "flips": {"theta": 8, "tx": 12, "flip_horizontal": 1, "flip_vertical": 1},
    "channel_shift": {"theta": 5, "channel_shift_intensity": -37.5},
    "darker": {"theta": 5, "brightness": 0.65},
    "brighter": {"shear": -12, "flip_vertical": 1, "brightness": 1.4},
}


def make_views():
    """Each view with the parameters of apply_transform, which cases.txt lists for the test."""
    source = formula(SIZE, SIZE).astype(np.float32)
    grid = np.arange(34) * (SIZE - 1) // 33  # with the first and the last row and column
    lines = [" ".join(["#", *NEUTRAL])]
    for name, changes in VIEWS.items():
        view = NEUTRAL | changes
        lines.append(" ".join([name, *(str(value) for value in view.values())]))
        generator = ImageDataGenerator(fill_mode=view["fill_mode"], cval=view["cval"])
        if view["brightness"] == -1:
            view["brightness"] = None
        levels = generator.apply_transform(source, view)[grid][:, grid]
        (levels * 256).round().astype("<u2").tofile(AUGMENT / (name + ".u16"))
    (AUGMENT / "cases.txt").write_text("\n".join(lines) + "\n")


for folder in (DECODE, RESIZE, AUGMENT):
    folder.mkdir(exist_ok=True)
make_jpegs()
make_pngs()
make_bmps()
make_resizes()
make_views()
