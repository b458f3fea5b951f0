"""What a pull request is told of base against head."""

from __future__ import annotations

from summary.reports.paired_report import MOST_TOLD, AbReport, render_markdown


def test_somebody_s_text_is_text_and_bounded():
    """A reason comes from the app: it mentions nobody, and a hundred of them fill no page."""
    reasons = tuple(f"step {number}: @ada said <b> [a](http://b.c)" for number in range(100))
    report = AbReport(
        base="main",
        head="feature/@ada",
        rounds_asked=5,
        rounds=5,
        verdict="fail",
        exit_code=97,
        units=(),
        failed={"base": (), "head": reasons},
    )
    text = render_markdown(report)
    assert "@ada" not in text
    assert "<b>" not in text
    assert "](" not in text.replace("\\](", "")
    assert text.count("\n- head: ") == MOST_TOLD
    assert f"- … and {100 - MOST_TOLD} more" in text
