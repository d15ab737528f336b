"""A picture leaves the gallery together with what it may be used for: one ZIP, picture and rights file."""

import io
import json
import zipfile
from uuid import UUID

from cloud_api.gallery import Rights

from .gallery import TERMS

RIGHTS_NAME = "rights.json"


def document(rights: Rights) -> str:
    """The rights file: JSON for programs, in words for people."""
    picture = rights.picture
    told = {
        "share": str(picture.share),
        "consent": str(picture.manifest.consent),
        "store": picture.store,
        "purposes": [purpose.value for purpose in rights.purposes],
        "consent_given_at": rights.consented_at.isoformat(),
        "expires_at": picture.expires_at.isoformat(),
        "picture_sha256": picture.manifest.picture_sha256,
        "products": [product.model_dump(mode="json") for product in picture.products],
        "approved_by": picture.approved_by,
        "downloaded_by": rights.downloaded_by,
        "downloaded_at": rights.downloaded_at.isoformat(),
        "terms": TERMS,
    }
    return json.dumps(told, indent=2, ensure_ascii=False) + "\n"


def archive(rights: Rights, jpeg: bytes) -> bytes:
    """The ZIP with both; the picture is stored as it is, a JPEG does not get smaller."""
    made = io.BytesIO()
    when = rights.downloaded_at.timetuple()[:6]
    with zipfile.ZipFile(made, "w") as packed:
        for name, content in ((f"{stem(rights)}.jpg", jpeg), (RIGHTS_NAME, document(rights).encode())):
            packed.writestr(zipfile.ZipInfo(name, when), content)
    return made.getvalue()


def stem(rights: Rights) -> str:
    """Name of the files: by day and share, nothing about a person."""
    return f"vitrine-{rights.picture.created_at:%Y-%m-%d}-{short(rights.picture.share)}"


def short(share: UUID) -> str:
    """The end of a share's id: names a picture among the downloads, in file names and in the log."""
    return share.hex[-8:]
