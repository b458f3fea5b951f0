"""``python -m summary.backtest``, as a person calls it."""

from __future__ import annotations

import json
import subprocess
import sys

import numpy as np
import pytest

from summary.backtest import main
from tests.summary.regression.worlds import NIGHTS, SINCE, slower

HEADER = "night,journey,step,executor,users,loc_ms,p95_ms,n\n"


def written(history, path):
    lines = [HEADER]
    for row, night in enumerate(history.nights):
        for column, key in enumerate(history.series):
            loc, p95 = np.exp(history.loc[row, column]), np.exp(history.p95[row, column])
            count = int(history.count[row, column])
            named = f"{key.journey},{key.step},{key.executor},{key.users}"
            lines.append(f"{night},{named},{loc:.4f},{p95:.4f},{count}\n")
    path.write_text("".join(lines))
    return path


def test_each_night_is_one_object_and_a_slow_step_is_named(tmp_path):
    path = written(slower(1.3), tmp_path / "nights.csv")
    command = [sys.executable, "-m", "summary.backtest", str(path)]
    ended = subprocess.run(command, capture_output=True, text=True, check=True)
    nights = [json.loads(line) for line in ended.stdout.splitlines()]
    assert [night["night"] for night in nights] == list(range(NIGHTS))
    assert not ended.stderr
    found = [
        each
        for each in nights[SINCE + 1]["findings"]
        if each["verdict"] == "regression" and each["unit"] == "step"
    ]
    (loc,) = [each for each in found if each["metric"] == "loc"]
    assert (loc["journey"], loc["step"]) == ("journey-1", "step-2")
    assert (loc["executor"], loc["users"]) == ("", 0)
    assert loc["effect_pct"] == pytest.approx(30, abs=6)
    assert 0 <= loc["p_adjusted"] < 0.02
    assert 3 <= loc["detectable_pct"] < 30


def test_more_columns_another_order_and_dates_are_read(tmp_path, capsys):
    path = tmp_path / "nights.csv"
    path.write_text(
        "\ufeffextra,n,p95_ms,loc_ms,users,executor,step,journey,night\n"
        "x,5,20,10,1,k6,a,j,2026-11-02\nx,5,,,1,k6,a,j,2026-11-01\n"
    )
    assert main([str(path)]) == 0
    nights = [json.loads(line)["night"] for line in capsys.readouterr().out.splitlines()]
    assert nights == ["2026-11-01", "2026-11-02"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "1: no column night, journey"),
        (HEADER, "holds no night"),
        (HEADER + "1,j,s,k6,1,fast,20,5\n", ":2: loc_ms: 'fast' is not a number from 0"),
        (HEADER + "1,j,s,k6,1,-3,20,5\n", ":2: loc_ms: '-3' is not a number from 0"),
        (HEADER + "1,j,s,k6,inf,3,20,5\n", ":2: users: 'inf' is not a number from 0"),
        (HEADER + ",j,s,k6,1,3,20,5\n", ":2: night: expected a number or a date"),
        (HEADER + "1,j,s,k6,1,3,4,5\n" * 2, ":3: this series of this night stands above already"),
    ],
)
def test_a_table_that_cannot_be_used_is_refused_with_its_line(tmp_path, capsys, text, said):
    path = tmp_path / "nights.csv"
    path.write_text(text)
    assert main([str(path)]) == 2
    assert said in capsys.readouterr().err


def test_a_file_that_is_not_there(tmp_path, capsys):
    assert main([str(tmp_path / "none.csv")]) == 2
    assert "No such file" in capsys.readouterr().err
