"""Fits photos as it is told, line by line: `PEER FILE QUALITY OUT`. Answers each with the milliseconds of processor time
it took, reading and writing files left out."""

import io
import sys
import time

import pillow_heif
import pyvips
from PIL import Image, ImageOps

SIDE_PX = 2000
pyvips.cache_set_max(0)
pillow_heif.register_heif_opener()
pillow_heif.options.DECODE_THREADS = 1


def saved(image, quality):
    # 4:2:0 at every quality, as the other programs do; libvips itself stops at 90.
    return image.jpegsave_buffer(Q=quality, optimize_coding=True, keep="none", subsample_mode="on")


def vips_thumbnail(photo, quality):
    return saved(pyvips.Image.thumbnail_buffer(photo, SIDE_PX, height=SIDE_PX, size="down"), quality)


def vips_expert(photo, quality):
    """Halved by the decoder and not resampled."""
    return saved(pyvips.Image.jpegload_buffer(photo, shrink=2).autorot(), quality)


def pillow(photo, quality):
    image = Image.open(io.BytesIO(photo))
    # Lets the decoder halve the picture.
    image.draft("RGB", (SIDE_PX, SIDE_PX))
    image = ImageOps.exif_transpose(image)
    image.thumbnail((SIDE_PX, SIDE_PX), Image.Resampling.LANCZOS)
    out = io.BytesIO()
    image.save(out, "JPEG", quality=quality, optimize=True, subsampling="4:2:0")
    return out.getvalue()


def to_heic(photo, quality):
    """No fitting: what the rows of HEIC begin with."""
    image = ImageOps.exif_transpose(Image.open(io.BytesIO(photo)))
    out = io.BytesIO()
    image.save(out, "HEIF", quality=quality)
    return out.getvalue()


PEERS = {
    "vips-thumbnail": vips_thumbnail,
    "vips-expert": vips_expert,
    "pillow": pillow,
    "pillow-heif": pillow,
    "to-heic": to_heic,
}

for line in sys.stdin:
    peer, file, quality, out = line.rstrip("\n").split("\t")
    with open(file, "rb") as opened:
        photo = opened.read()
    before = time.process_time()
    fitted = PEERS[peer](photo, int(quality))
    spent = time.process_time() - before
    with open(out, "wb") as opened:
        opened.write(fitted)
    print(spent * 1000, flush=True)
