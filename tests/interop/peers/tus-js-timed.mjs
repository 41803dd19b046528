// Uploads files by tus-js-client, one after another in one process, so that starting it is not measured.
//
// Arguments: endpoint, chunk size in bytes. Takes the name of a file a line, and answers each with the milliseconds that
// its upload took. Nothing is kept for going on later.
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { Upload } from 'tus-js-client';

const [endpoint, chunkSize] = process.argv.slice(2);

function upload(file) {
  return new Promise((resolve, reject) => {
    new Upload(createReadStream(file), {
      endpoint,
      metadata: { filename: 'photo.jpg', filetype: 'image/jpeg' },
      chunkSize: Number(chunkSize),
      retryDelays: null,
      storeFingerprintForResuming: false,
      onError: reject,
      onSuccess: resolve,
    }).start();
  });
}

for await (const file of createInterface({ input: process.stdin })) {
  const began = performance.now();
  await upload(file);
  console.log(performance.now() - began);
}
