"""Reads papers as it is told, line by line: `PEER FILE`. Answers each with one line of JSON: `cpu_ms`, the processor
time of all threads from the file's bytes to the text, and `lines`, the texts that were read. Its argument is the folder
with the small models that the portal reads with."""

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
# The portal's models, the longer side of the picture for detection at the best of the sizes that were tried, and no
# search for lines upside down: there are none in these pictures.
TUNED = {
    **ONE_THREAD,
    "Global.use_cls": False,
    "Det.model_path": str(models / "detection.onnx"),
    "Det.limit_type": "max",
    "Det.limit_side_len": int(sys.argv[2]),
    "Rec.model_path": str(models / "recognition.onnx"),
    "Rec.rec_keys_path": str(models / "letters.txt"),
}
ENGINES = {"tuned": RapidOCR(params=TUNED), "default": RapidOCR()}

for line in sys.stdin:
    peer, file = line.rstrip("\n").split("\t")
    paper = Path(file).read_bytes()
    before = time.process_time()
    found = ENGINES[peer](paper)
    spent = time.process_time() - before
    print(json.dumps({"cpu_ms": spent * 1000, "lines": list(found.txts or [])}), flush=True)
