"""How large a JPEG is, for every kind that Pillow writes, and what is none."""

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from cloud_api.jpeg import size_px

from .things import picture


@pytest.mark.parametrize("mode", ["L", "RGB", "CMYK"])
@pytest.mark.parametrize(
    "options", [{}, {"progressive": True}, {"optimize": True}, {"comment": b"\xff\xc0 not me"}]
)
def test_every_kind_of_jpeg(mode: str, options: dict[str, object]) -> None:
    out = io.BytesIO()
    Image.new(mode, (123, 45)).save(out, "JPEG", exif=b"Exif\0\0\xff\xc0\xff\xd9", **options)
    assert size_px(out.getvalue()) == (123, 45)


def test_a_long_side_of_more_than_one_byte() -> None:
    assert size_px(picture(65500, 1)) == (65500, 1)


@pytest.mark.parametrize(
    "data", [b"", b"\xff\xd8", b"\xff\xd8\xff\xd9", b"GIF89a", picture()[:-2], b"\xff\xd8" * 9]
)
def test_what_is_no_jpeg_says_so(data: bytes) -> None:
    with pytest.raises(ValueError, match="JPEG"):
        size_px(data)


@given(st.binary(max_size=60))
def test_noise_is_refused_and_nothing_worse(noise: bytes) -> None:
    data = b"\xff\xd8" + noise + b"\xff\xd9"
    try:
        width, height = size_px(data)
    except ValueError:
        return
    assert width > 0
    assert height > 0
