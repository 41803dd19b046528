// Fits photos as it is told, line by line: `PEER FILE QUALITY OUT`. Answers each with the milliseconds of processor time
// it took, reading and writing files left out.
import { readFile, writeFile } from "node:fs/promises";
import { createInterface } from "node:readline";
import sharp from "sharp";

sharp.concurrency(1);
sharp.cache(false);

for await (const line of createInterface({ input: process.stdin })) {
  const [peer, file, quality, out] = line.split("\t");
  const photo = await readFile(file);
  const before = process.cpuUsage();
  const fitted = await sharp(photo)
    .autoOrient()
    .resize(2000, 2000, { fit: "inside", withoutEnlargement: true })
    .jpeg({ quality: Number(quality), mozjpeg: peer === "sharp-mozjpeg" })
    .toBuffer();
  const spent = process.cpuUsage(before);
  await writeFile(out, fitted);
  console.log((spent.user + spent.system) / 1000);
}
