// @tus/server with its file store, at /v1/uploads.
//
// Arguments: folder, port (0 takes a free one), and `expired` when what is in the folder shall have expired.
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { FileStore } from '@tus/file-store';
import { Server } from '@tus/server';

const HOUR_MS = 3_600_000;
const [directory, port, expired] = process.argv.slice(2);

if (expired) {
  for (const name of readdirSync(directory).filter((name) => name.endsWith('.json'))) {
    const upload = JSON.parse(readFileSync(join(directory, name), 'utf8'));
    upload.creation_date = new Date(Date.now() - 2 * HOUR_MS).toISOString();
    writeFileSync(join(directory, name), JSON.stringify(upload));
  }
}

const datastore = new FileStore({ directory, expirationPeriodInMilliseconds: HOUR_MS });
const tus = new Server({ path: '/v1/uploads', datastore });
const server = createServer((request, response) => {
  // The portal takes answers only from what says that it is the backend.
  response.setHeader('Portal-Sync', '1');
  return tus.handle(request, response);
});
server.listen(Number(port), '127.0.0.1', () => {
  console.log(`listening on http://127.0.0.1:${server.address().port}`);
});
