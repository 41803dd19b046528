"""tuspyserver at /v1/uploads.

Arguments: folder, port (0 takes a free one), and `expired` when what is in the folder shall have expired.
"""

import json
import pathlib
import socket
import sys

import uvicorn
from fastapi import FastAPI
from tuspyserver import create_tus_router

folder, port = sys.argv[1:3]

if sys.argv[3:] == ["expired"]:
    for info in pathlib.Path(folder).glob("*.info"):
        upload = json.loads(info.read_text())
        upload["expires"] = "Sat, 01 Jan 2000 00:00:00 GMT"
        info.write_text(json.dumps(upload))

app = FastAPI()


@app.middleware("http")
async def be_the_backend(request, call_next):
    # The portal takes answers only from what says that it is the backend.
    response = await call_next(request)
    response.headers["Portal-Sync"] = "1"
    return response


app.include_router(create_tus_router(prefix="v1/uploads", files_dir=folder))

listener = socket.socket()
listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
listener.bind(("127.0.0.1", int(port)))
listener.listen()
print(f"listening on http://127.0.0.1:{listener.getsockname()[1]}", flush=True)
uvicorn.Server(uvicorn.Config(app, log_level="warning")).run(sockets=[listener])
