"""POST /v1/enrol: a one-time code becomes a box's credential."""

from fastapi import APIRouter, Request

from cloud_api import auth, credentials
from cloud_api.contract.enrolment import Credential, EnrolRequest
from cloud_api.service import CloudDep

router = APIRouter()


@router.post("/v1/enrol")
def enrol(request: Request, asked: EnrolRequest, cloud: CloudDep) -> Credential:
    """The credential, shown this once. 401: the code is wrong, used or old. 429: too many tries."""
    return credentials.enrol(cloud, asked.code, auth.client(request), cloud.now())
