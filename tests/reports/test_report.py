"""The page: self-contained, its figures add up, nothing from data runs; looked at in a browser where there is one."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from screening.reports import overview
from screening.reports.charts import columns
from screening.reports.overview import write_report
from screening.reports.pages import write_page
from screening.reports.results import Results
from tests.reports.made import row, seeded, write
from tests.system import program

EVIL = "<script>alert(1)</script>\"'&\x01"


def test_every_case_stands_in_every_chart(smooth: Path) -> None:
    results = Results.open(smooth)
    rated = results.one("SELECT count(ratio) AS n FROM cases")["n"]
    for chart in (overview._by_agency, overview._by_month, overview._by_score):
        assert sum(sum(values.values()) for _, values in chart(results)) == 4000
    assert sum(values.get("count", 0) for _, values in overview._by_ratio(results)) == rated


def test_the_band_holds_what_is_from_80_percent_to_the_figure(tmp_path: Path) -> None:
    results = Results.open(write(tmp_path, [row(ratio=r) for r in (0.799, 0.8, 0.85, 0.999, 1.0, 7.0)]))
    found = [(name, values["count"]) for name, values in overview._by_ratio(results) if values]
    assert found == [("75%", 1), ("80%", 1), ("85%", 1), ("95%", 1), ("100%", 1), ("200%", 1)]


def test_a_scale_ends_at_a_round_number_that_can_be_halved() -> None:
    for most, end in ((0, 2), (1, 2), (9, 10), (97, 98), (100, 100), (301, 320), (447, 460), (12_345, 14_000)):
        ticks = re.findall(
            r'text-anchor="end"[^>]*>([\d,]+)<', columns([("甲", {"count": most})], {"count": "案件"}, "图")
        )
        assert ticks == ["0", f"{end // 2:,}", f"{end:,}"]


def test_an_amount_beyond_the_figure_that_is_not_enough_says_so(tmp_path: Path) -> None:
    rows = [row(level="watch", verdict=verdict, ratio=2.6) for verdict in ("below", "reached")]
    write_report(Results.open(write(tmp_path, rows)))
    page = (tmp_path / "report.html").read_text()
    assert page.count("数额为标准的 260%") == 2 and page.count("260%，但其他条件不符") == 1


def test_the_page_fetches_nothing_and_runs_nothing(tmp_path: Path) -> None:
    evil = row(record_id=EVIL, agency=EVIL, party_name=EVIL, level="refer", rules=["x"], reasons=[EVIL], missing=[EVIL])
    write_report(Results.open(write(tmp_path, [evil])))
    page = (tmp_path / "report.html").read_text()
    assert "<script" not in page and "alert(1)" in page
    assert not re.findall(r"""(?:src|href)=|@import|url\(""", page)


def test_bare_rows_make_a_report_too(tmp_path: Path) -> None:
    bare = dict.fromkeys(row()) | {"record_id": "1", "score": 0.0, "level": "none"}
    lists = {name: [] for name in ("missing", "rules", "reasons", "notes", "warnings")}
    write_report(Results.open(write(tmp_path, [bare | lists | {"result": "{}"}])))
    assert "（未填机关）" in (tmp_path / "report.html").read_text()


MEASURE = """<script>addEventListener('load', () => {
  const root = document.documentElement;
  const out = [...document.querySelectorAll('main *')].filter(e => e.getBoundingClientRect().right > innerWidth + 1);
  document.title = [root.scrollWidth, innerWidth, out.length].join(' ');
})</script></body>"""


@pytest.mark.parametrize("width", [1280, 794, 390])
def test_in_a_browser_nothing_overflows(tmp_path: Path, width: int) -> None:
    browser = chromium()
    long_report(tmp_path)
    page = (tmp_path / "report.html").read_text()
    # The page itself allows no script; the copy that is measured does.
    measured = re.sub(r"<meta http-equiv[^>]*>", "", page).replace("</body>", MEASURE)
    (tmp_path / "measured.html").write_text(measured)
    shown = browse(
        browser, tmp_path, "--dump-dom", f"--window-size={width},1200", (tmp_path / "measured.html").as_uri()
    )
    title = re.search(r"<title>(\d+) (\d+) (\d+)</title>", shown)
    assert title and int(title[1]) <= int(title[2]) and title[3] == "0"
    shot = tmp_path / "shot.png"
    browse(
        browser, tmp_path, f"--screenshot={shot}", f"--window-size={width},1200", (tmp_path / "report.html").as_uri()
    )
    assert shot.stat().st_size > 20_000  # a blank page of this size is under 10 kB


def test_printed_on_a4_no_heading_stands_alone_and_nothing_is_cut_in_two(tmp_path: Path) -> None:
    browser = chromium()
    long_report(tmp_path)
    page = (tmp_path / "report.html").read_text()
    printed = tmp_path / "report.pdf"
    browse(
        browser, tmp_path, "--no-pdf-header-footer", f"--print-to-pdf={printed}", (tmp_path / "report.html").as_uri()
    )
    reader = program("pdftotext", "poppler-utils")
    done = subprocess.run([reader, "-layout", printed, "-"], check=True, capture_output=True, text=True)
    pages = [text.split("\n") for text in done.stdout.rstrip("\f").split("\f")]
    filled = [[line.strip() for line in lines if line.strip()] for lines in pages]
    headings = set(re.findall(r"<h[23][^>]*>([^<]+)</h", page))
    heads = {
        "".join(re.findall(r"<th[^>]*>([^<]*)</th>", head)) for head in re.findall(r"<thead>.*?</thead>", page, re.S)
    }
    assert headings and heads and len(filled) > 5 and all(filled)
    for lines in filled:
        assert lines[-1] not in headings and "".join(lines[-1].split()) not in heads
    whole = ["".join(lines) for lines in filled]
    assert sum(text.count("分 · ") for text in whole) == page.count('<article class="case ')
    assert all(text.count("分 · ") == text.count("；涉案金额") for text in whole), (
        "a case that is begun on a page ends there"
    )
    size = subprocess.run(
        [program("pdfinfo", "poppler-utils"), printed], check=True, capture_output=True, text=True
    ).stdout
    assert re.search(r"Page size: +59[45][.\d]* x 84[12]", size)


def chromium() -> str:
    return shutil.which("google-chrome") or program("chromium", "chromium", "fonts-noto-cjk")


def long_report(folder: Path) -> None:
    """A report of many pages, with names and reasons longer than anybody expects."""
    rows = seeded(600)
    rows[0] |= {
        "record_id": "很长的案号" * 30,
        "agency": "A" * 90,
        "level": "refer",
        "score": 99.9,
        "reasons": ["字" * 900],
    }
    write_report(Results.open(write(folder, rows)))


def browse(browser: str, home: Path, *args: str) -> str:
    quiet = ("--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", f"--user-data-dir={home / 'profile'}")
    done = subprocess.run([browser, *quiet, *args], check=True, capture_output=True, timeout=90)
    return done.stdout.decode()


def test_a_page_is_written_whole_or_not_at_all(tmp_path: Path) -> None:
    with pytest.raises(Exception, match="undefined"):
        write_page("report.html.j2", tmp_path / "report.html", title="x")
    assert list(tmp_path.iterdir()) == []
