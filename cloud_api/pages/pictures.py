"""The card of a share as a response, for the shopper's page and for the look."""

from fastapi import Request
from fastapi.responses import Response

from cloud_api import shares
from cloud_api.service import Cloud
from cloud_api.shares import ShareView

from .share import filename


def send(cloud: Cloud, share: ShareView, request: Request, *, save: bool) -> Response:
    """A browser may keep it but asks each time, so that a deleted picture is gone at once."""
    tag = f'"{share.manifest.picture_sha256}"'
    headers = {"Cache-Control": "private, no-cache", "ETag": tag}
    if save:
        shares.downloaded(cloud, share, cloud.now())
        headers["Content-Disposition"] = f'attachment; filename="{filename(share.manifest)}"'
    elif request.headers.get("if-none-match") == tag:
        return Response(status_code=304, headers=headers)
    return Response(shares.picture(cloud, share), media_type="image/jpeg", headers=headers)
