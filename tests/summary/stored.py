"""A published run, made by hand in milliseconds: one cell, two iterations of one user."""

from __future__ import annotations

import json

from executors.outcome import Artifact, write_outcome
from journeys.resolved import to_json
from summary.reports.view_files import write_reports
from summary.run_record import CellFiles
from summary.run_summary import ViewFiles, write_summary
from summary.summarise import Criteria
from summary.tables.samples import CellKey, as_table, write_samples
from summary.trend import write_trend
from tests.summary.builders import journey, outcome, rows

FOLDER, RAW = "k6/home/u001", "metrics.csv.gz"
SCRIPT, TABLE = "scripts/k6/home-u001.js", "tables/samples/k6-home-u001.parquet"
JOURNEY = "journeys/home.json"


def publish_run(results, stamp="20261123-090000", spec=None):
    """Put a run below ``results``, and return its folder."""
    run = results / stamp
    for name in (JOURNEY, SCRIPT, f"{FOLDER}/{RAW}", TABLE):
        (run / name).parent.mkdir(parents=True, exist_ok=True)
    (run / JOURNEY).write_text(json.dumps(to_json(spec or journey())))
    (run / SCRIPT).write_text("// what was ridden")
    (run / FOLDER / RAW).write_text("what was measured")
    raw = Artifact(path=RAW, bytes=17, sha256="00")
    moment = f"{stamp[:4]}-{stamp[4:6]}-{stamp[6:8]}T09:00:00.000000Z"
    write_outcome(run / FOLDER, outcome(artifacts=(raw,), started_at=moment))
    samples = [*rows([100, 200]), *rows([0, 0], step="look", has_protocol=False)]
    write_samples(run / TABLE, CellKey("home", "k6", 1), lambda: [as_table(samples)])
    cell = CellFiles(folder=FOLDER, script=SCRIPT, table=TABLE)
    files = ViewFiles(run, "quick", "quick", {}, [JOURNEY], [cell], None)
    write_trend(run, write_summary(files, Criteria()), results)
    write_reports(run)
    return run
