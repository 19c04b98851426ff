"""A timing process that times nothing: `python fake_timing_worker.py LOG [--fail CHANNELS] [--hang GATE]`.

It keeps the worker's side of the contract, with figures made of the network's channels, and
writes each network's channels to LOG.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path


def main(log: Path, *options: str) -> int:
    job = json.loads(sys.stdin.read())
    channels = job["spec"]["network"]["blocks"][0]["channels"]
    asked = dict(zip(options[::2], options[1::2], strict=True))
    with log.open("a") as file:
        file.write(f"{channels}\n")
    if asked.get("--fail") == str(channels):
        print("some warning\nout of memory: a smaller batch would fit", file=sys.stderr)
        return 1
    if "--hang" in asked:
        Path(asked["--hang"]).touch()
        time.sleep(600)
    figures = {"images_per_s": 8000 / channels, "inference_ms": channels / 10,
               "inference_ms_100": 5.0 * channels, "memory": 3.0 * channels}  # fmt: skip
    measures = {name: {"median": x, "blocks": [x, x]} for name, x in figures.items()}
    hardware = {"device": job["device"], "device_name": "Abacus", "precision": "float32",
                "layout": "channels_last", "threads": 2, "versions": {"torch": "2.9"},
                "batch_size": 128, "memory_kind": "rise"}  # fmt: skip
    print("a library says hello")
    print(json.dumps({"measures": measures, "hardware": hardware}))
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), *sys.argv[2:]))
