"""Enrolment on the box's side: a one-time code, typed in by the installer, becomes the box's credential."""

import httpx
from pydantic import ValidationError

from cloud_api.contract.enrolment import Credential, EnrolRequest
from edge.toml_file import ConfigError


class EnrolmentFailed(ConfigError):  # noqa: N818 - read as a sentence where it is raised
    """No credential was given; the message says why and what to do."""


def exchange(client: httpx.Client, code: str, store: str, box: str) -> Credential:
    """Exchange the code at the cloud of `client.base_url`; the credential must be of this store and box.

    EnrolmentFailed for a code that is wrong, used, too old or another box's, and where no cloud answers.
    """
    make = f"make a new code on the cloud: vitrine cloud box-code {store} {box}"
    try:
        request = EnrolRequest(code=code.strip())
    except ValidationError:
        raise EnrolmentFailed(f"{code!r} is no code: it is too short or too long; {make}") from None
    try:
        answer = client.post("/v1/enrol", json=request.model_dump())
    except httpx.HTTPError as failure:
        why = str(failure) or type(failure).__name__
        raise EnrolmentFailed(
            f"no answer from {client.base_url} ({why}); check cloud.url in the box file and the line"
        ) from None
    credential = _read(answer, client, make)
    if (credential.store, credential.box) != (store, box):
        theirs = f"box {credential.box} of store {credential.store}"
        raise EnrolmentFailed(
            f"this code was made for {theirs}, the box file says {box} of {store}; it is used up now: {make}"
        )
    return credential


def _read(answer: httpx.Response, client: httpx.Client, make: str) -> Credential:
    if answer.status_code in (401, 403, 404, 410, 422):
        raise EnrolmentFailed(f"the cloud does not take this code: it is wrong, used or too old; {make}")
    if answer.status_code == 429:
        wait = answer.headers.get("Retry-After", "600")
        raise EnrolmentFailed(f"too many tries from this address; wait {wait} s, then try once more")
    try:
        answer.raise_for_status()
        return Credential.model_validate_json(answer.content)
    except (httpx.HTTPStatusError, ValidationError):
        raise EnrolmentFailed(
            f"{client.base_url} answered {answer.status_code}, but not as a Vitrine cloud does; "
            "check cloud.url in the box file"
        ) from None
