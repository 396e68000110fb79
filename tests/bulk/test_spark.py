"""On Spark a record gets the same row as on one machine, from files and from tables, also where workers are killed."""

from __future__ import annotations

import importlib.util
import os
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from screening.bulk import spark
from screening.bulk.job import Job
from screening.bulk.progress import Progress
from screening.errors import InputError
from tests.bulk.conftest import AS_OF, ROOT, SALES, SHARD_ROWS, Run, command, rescore
from tests.system import program


@pytest.fixture
def environment(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Spark as the test asks (``local[threads,tries of a task]``); a catalogue of tables of its own."""
    program("java", "openjdk-17-jre-headless")
    settings = {
        "spark.ui.enabled": "false",
        "spark.sql.warehouse.dir": tmp_path / "warehouse",
        "spark.driver.extraJavaOptions": f"-Dderby.system.home={tmp_path}",
        "spark.sql.shuffle.partitions": 4,
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.host": "127.0.0.1",
    }
    told = " ".join(f'--conf "{name}={value}"' for name, value in settings.items())
    monkeypatch.setenv("PYSPARK_SUBMIT_ARGS", f"--master {request.param} {told} pyspark-shell")
    monkeypatch.setenv("PYTHONPATH", str(ROOT), prepend=os.pathsep)
    yield


def workers(session: int) -> list[int]:
    """Spark's Python workers that have loaded a bundle: those of some size."""
    found = []
    for process in (int(path.name) for path in Path("/proc").glob("[0-9]*")):
        try:
            resident = int(Path(f"/proc/{process}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
            if os.getsid(process) == session and resident > 80 * 1024**2:
                words = Path(f"/proc/{process}/cmdline").read_text()
                found += [process] if "pyspark.daemon" in words else []
        except OSError:  # gone by now
            continue
    return found


@pytest.mark.parametrize("environment", ["local[2,4]"], indirect=True)
@pytest.mark.usefixtures("environment")
def test_spark_gives_the_rows_of_the_local_engine_though_a_worker_is_killed(
    year: Path, tmp_path: Path, undisturbed: Run
) -> None:
    output = tmp_path / "out"
    given = command(year, "--output", output, "--as-of", AS_OF, "--shard-rows", SHARD_ROWS, "--engine", "spark")
    run = subprocess.Popen(given, cwd=tmp_path, stderr=subprocess.PIPE, start_new_session=True)
    until, killed = time.monotonic() + 90, 0
    try:
        while run.poll() is None and not killed and time.monotonic() < until:
            for worker in workers(run.pid)[:1]:
                os.kill(worker, signal.SIGKILL)
                killed += 1
            time.sleep(0.02)
        said = run.communicate(timeout=180)[1].decode()
    finally:
        run.kill()  # the JVM ends with it
    assert killed and run.returncode == 1, said
    done = Run(output, run.returncode, said)
    assert done.rows() == undisturbed.rows()
    assert done.rejected() == undisturbed.rejected()
    assert done.manifest()["totals"] == undisturbed.manifest()["totals"]


def test_without_java_it_says_what_to_do(year: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    run = rescore(tmp_path / "out", year, options=["--engine", "spark"])
    assert run.code == 2 and "找不到 Java" in run.said and "Java 17" in run.said


def test_without_pandas_it_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    find = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == "pandas" else find(name))
    with pytest.raises(InputError, match=r"没有安装 pandas.*pip install '\.\[spark\]'"):
        spark.rescore(Job((str(tmp_path),), tmp_path / "out", today=AS_OF), Progress())


@pytest.mark.soak
@pytest.mark.parametrize("environment", ["local[4]"], indirect=True)
@pytest.mark.usefixtures("environment")
def test_spark_reads_and_writes_tables(tmp_path: Path, undisturbed: Run) -> None:
    names = [
        "record_id",
        "agency",
        "region",
        "party",
        "case_reason",
        "narrative",
        "conduct_to",
        "decided_on",
        "transferred",
    ]
    rows = [{name: record[name] for name in names} | {"罚款": str(record["penalty"]["fine"])} for record in SALES]
    for name, part in (("before", rows[:2]), ("now", rows[2:])):
        pq.write_table(pa.Table.from_pylist(part), tmp_path / f"{name}.parquet")
    before, now = (f"parquet:{(tmp_path / f'{name}.parquet').as_uri()}" for name in ("before", "now"))
    options = ["--engine", "spark", "--history", before, "--table", "rescored"]
    first = rescore(tmp_path / "first", now, options=options, cwd=tmp_path)
    assert first.code == 0, first.said
    [row] = pq.read_table(tmp_path / "warehouse" / "rescored").to_pylist()
    expected = undisturbed.rows()[-1]
    assert {**row, "result": ""} == {**expected, "result": ""}
    second = rescore(tmp_path / "second", "table:rescored", options=["--engine", "spark"], cwd=tmp_path)
    assert [row["record_id"] for row in second.rows()] == [SALES[2]["record_id"]], second.said
