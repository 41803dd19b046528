// Uploads a file by tus-js-client. Started again with the same state file, it goes on where it was.
//
// Arguments: endpoint, token, file, hash of the file, chunk size in bytes, state file. Exit code 0 when the client says
// that all is uploaded.
import { createReadStream } from 'node:fs';
import { FileUrlStorage, Upload } from 'tus-js-client';

const [endpoint, token, file, sha, chunkSize, state] = process.argv.slice(2);

const upload = new Upload(createReadStream(file), {
  endpoint,
  headers: { Authorization: `Bearer ${token}` },
  metadata: { sha, filename: 'photo.jpg', filetype: 'image/jpeg' },
  chunkSize: Number(chunkSize),
  retryDelays: [100, 200, 400, 800, 1600],
  urlStorage: new FileUrlStorage(state),
  storeFingerprintForResuming: true,
  onError(error) {
    console.error(String(error));
    process.exit(1);
  },
  onSuccess() {
    process.exit(0);
  },
});

const [earlier] = await upload.findPreviousUploads();
if (earlier) {
  upload.resumeFromPreviousUpload(earlier);
}
upload.start();
