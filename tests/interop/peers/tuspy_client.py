"""Uploads a file by tuspy. Started again with the same state file, it goes on where it was.

Arguments: endpoint, token, file, hash of the file, chunk size in bytes, state file. Exit code 0 when the client says
that all is uploaded.
"""

import os
import sys

from tusclient.client import TusClient
from tusclient.exceptions import TusCommunicationError
from tusclient.storage.filestorage import FileStorage

endpoint, token, file, sha, chunk_size, state = sys.argv[1:]


def uploader():
    client = TusClient(endpoint, headers={"Authorization": f"Bearer {token}"})
    return client.uploader(
        file_path=file,
        chunk_size=int(chunk_size),
        metadata={"sha": sha, "filename": "photo.jpg", "filetype": "image/jpeg"},
        retries=8,
        retry_delay=0.3,
        store_url=True,
        url_storage=FileStorage(state),
        upload_checksum=True,
    )


try:
    upload = uploader()
except TusCommunicationError as error:
    # The server no longer knows the upload: the library leaves it to its user to begin anew.
    if error.status_code not in (404, 410):
        raise
    os.remove(state)
    upload = uploader()
upload.upload()
