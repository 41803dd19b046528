"""What schemathesis has to know of the portal: who asks, and what there is to ask for.

A generated signature can't be a computer's, and a generated id names nothing. So signatures that look right are made
right, and every other id that looks right is one that exists.
"""

import hashlib
import json
import os
import re
import sys
from base64 import b64encode

import requests
import schemathesis
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import strategies

BYTES = ["application/octet-stream", "application/offset+octet-stream", "application/pdf"]
LARGEST = 1e300
ACCESS = json.loads(os.environ["PORTAL_ACCESS"])
KEY = serialization.load_pem_private_key(ACCESS["device_key"].encode(), password=None)
SIGNATURE = "portal-signature"
CSRF = "portal-csrf"
LOOKS_RIGHT = {
    SIGNATURE: re.compile(r"^[A-Za-z0-9+/]+={0,2}$"),
    CSRF: re.compile(r"^[0-9a-f]{64}$"),
    "case_id": re.compile(r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$"),
    "op_id": re.compile(r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$"),
    "sha": re.compile(r"^[0-9a-f]{64}$"),
    "id": re.compile(r"^[^/]+$"),
}


def console_session():
    answer = requests.post(
        f"{ACCESS['backend']}/console/api/session",
        json={"user": ACCESS["user"], "password": ACCESS["password"]},
        timeout=10,
    )
    answer.raise_for_status()
    return answer.cookies["portal_console"], answer.json()["csrf"]


COOKIE, CSRF_TOKEN = console_session()


def looks_right(name, value):
    value = value.decode("latin-1") if isinstance(value, bytes) else value
    return isinstance(value, str) and LOOKS_RIGHT[name].match(value)


class Rights(requests.auth.AuthBase):
    """A merchant's for the API, a reviewer's for the console."""

    def __call__(self, request):
        path = request.path_url.partition("?")[0]
        if path.startswith("/console/"):
            request.headers["cookie"] = f"portal_console={COOKIE}"
            if looks_right(CSRF, request.headers.get(CSRF)):
                request.headers[CSRF] = CSRF_TOKEN
        else:
            request.headers["authorization"] = f"Bearer {ACCESS['token']}"
        if looks_right(SIGNATURE, request.headers.get(SIGNATURE)):
            request.headers[SIGNATURE] = signature(path, request.body or b"")
            if "portal-device" in request.headers:
                request.headers["portal-device"] = ACCESS["device_id"]
        return request


def signature(path, body):
    """Over the operation's id, or the path, and the body's hash."""
    body = body.encode() if isinstance(body, str) else body
    context = path.removeprefix("/v1/operations/")
    text = f"{context}\n{hashlib.sha256(body).hexdigest()}"
    return b64encode(KEY.sign(text.encode(), ec.ECDSA(hashes.SHA256()))).decode()


schemathesis.auth.set_from_requests(Rights())

# Bodies of no structure that the description could name.
for media_type in BYTES:
    schemathesis.openapi.media_type(media_type, strategies.binary(max_size=2000))


@schemathesis.hook
def map_path_parameters(context, path_parameters):
    for name, known in ACCESS["known"].items():
        value = (path_parameters or {}).get(name)
        if looks_right(name, value) and ord(value[-1]) % 2:
            path_parameters[name] = known
    return path_parameters


@schemathesis.hook
def map_query(context, query):
    """Nothing happens meanwhile, so waiting for it only takes time."""
    wait = (query or {}).get("wait")
    if isinstance(wait, int) and 1 < wait <= 25:
        query["wait"] = 1
    return query


@schemathesis.hook
def map_body(context, body):
    """1.0 is an integer by JSON Schema, and nobody writes one so. Nor does anybody write numbers at the end of what a double
    holds, which a reader may refuse (RFC 8259, section 6)."""
    if isinstance(body, dict):
        return {name: map_body(context, part) for name, part in body.items()}
    if isinstance(body, list):
        return [map_body(context, part) for part in body]
    if isinstance(body, (int, float)) and abs(body) > LARGEST:
        return sys.maxsize
    return int(body) if isinstance(body, float) and body.is_integer() else body
