"""The weights this project uses: where they lie in MediaPipe's wheel, their hashes, how they want a picture.

All are Apache-2.0, by the MediaPipe authors (see NOTICE). Later MediaPipe wheels carry no weights.
"""

from dataclasses import dataclass
from typing import Final

from models.errors import ModelError

#: The distribution and version whose wheel carries the weights.
DISTRIBUTION: Final = "mediapipe"
VERSION: Final = "0.10.21"


@dataclass(frozen=True, slots=True)
class Picture:
    """How a source model wants its picture: RGB float32 = scale * (uint8 value) + offset.

    The built model takes uint8 BGR as OpenCV has it; scale, offset and channel order go into the weights
    of its first convolution.
    """

    scale: float
    offset: float = 0.0


UNIT: Final = Picture(1 / 255)
SIGNED: Final = Picture(1 / 127.5, -1.0)


@dataclass(frozen=True, slots=True)
class Weights:
    """One TFLite file of the wheel. name is the file's stem and the built model's name."""

    path: str
    sha256: str
    picture: Picture
    use: str

    @property
    def name(self) -> str:
        """The file's stem."""
        return self.path.rpartition("/")[2].removesuffix(".tflite")


def _weights(path: str, sha256: str, picture: Picture, use: str) -> Weights:
    return Weights(f"mediapipe/modules/{path}.tflite", sha256, picture, use)


WEIGHTS: Final = (
    _weights(
        "face_detection/face_detection_short_range",
        "bbff11cebd1eb27a1e004cae0b0e63ec8c551cbf34a4451148b4908b8db3eca8",
        SIGNED,
        "finds faces within about two metres (face_detector)",
    ),
    _weights(
        "face_landmark/face_landmark_with_attention",
        "e06a804e0144f9929eda782122916b35d60c697c3c9344013ca2bbe76a6ce2b4",
        UNIT,
        "478 points of a face, lips, eyes and irises refined (face_mesh)",
    ),
    _weights(
        "selfie_segmentation/selfie_segmentation",
        "9ee168ec7c8f2a16c56fe8e1cfbc514974cbbb7e434051b455635f1bd1462f5c",
        UNIT,
        "which pixels are a person (segmenter)",
    ),
    _weights(
        "selfie_segmentation/selfie_segmentation_landscape",
        "a77d03f4659b9f6b6c1f5106947bf40e99d7655094b6527f214ea7d451106edd",
        UNIT,
        "which pixels are a person, in a wide picture (segmenter)",
    ),
)


def find(name: str) -> Weights:
    """The weights of a model; ModelError lists the names there are."""
    for weights in WEIGHTS:
        if weights.name == name:
            return weights
    raise ModelError(f"There is no model {name!r}. There are: {', '.join(w.name for w in WEIGHTS)}.")
