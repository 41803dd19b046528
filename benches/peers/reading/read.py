"""Reads papers as it is told, line by line: `PEER FILE`, where the peer is `default`, or the longer side in pixels that
the tuned one looks for lines in. Answers each with one line of JSON: `cpu_ms`, the processor time of all threads from
the file's bytes to the text, and `lines`, the texts that were read. Its argument is the folder with the small models
that the portal reads with."""

import functools
import json
import logging
import sys
import time
from pathlib import Path

from rapidocr import RapidOCR

logging.disable(logging.WARNING)
models = Path(sys.argv[1])

# As few threads as it can have: those of its engine wait by spinning, which is processor time too.
ONE_THREAD = {
    "EngineConfig.onnxruntime.intra_op_num_threads": 1,
    "EngineConfig.onnxruntime.inter_op_num_threads": 1,
}
# The portal's models, and no search for lines upside down: there are none in these pictures.
TUNED = {
    **ONE_THREAD,
    "Global.use_cls": False,
    "Det.model_path": str(models / "detection.onnx"),
    "Det.limit_type": "max",
    "Rec.model_path": str(models / "recognition.onnx"),
    "Rec.rec_keys_path": str(models / "letters.txt"),
}


@functools.cache
def engine(peer):
    return RapidOCR(params=None if peer == "default" else {**TUNED, "Det.limit_side_len": int(peer)})


for line in sys.stdin:
    peer, file = line.rstrip("\n").split("\t")
    paper = Path(file).read_bytes()
    reader = engine(peer)
    before = time.process_time()
    found = reader(paper)
    spent = time.process_time() - before
    print(json.dumps({"cpu_ms": spent * 1000, "lines": list(found.txts or [])}), flush=True)
