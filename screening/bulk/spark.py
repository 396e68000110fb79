"""The Spark engine: the same rows as on one machine, histories joined by Spark SQL.

Files are staged by the driver into the output folder, which all nodes must see; tables (``table:db.name``) and Parquet anywhere
(``parquet:URI``) are read where they lie, and the results can go into a table.
"""

from __future__ import annotations

import functools
import importlib.util
import os
import re
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

from screening.bulk import spark_rows
from screening.bulk.files import locked, sweep, write_json
from screening.bulk.headings import HeadingReport, with_mapping
from screening.bulk.inputs import Source, files_of, sources_of
from screening.bulk.job import Job, Manifest, Totals
from screening.bulk.party import KEYED
from screening.bulk.progress import Progress
from screening.bulk.schema import ALONE, RESULT, STAGED
from screening.bulk.spark_rows import Bench, mapped
from screening.bulk.staging import Stager
from screening.bulk.summary import write_rejected
from screening.bundle.loader import headers_file, load
from screening.errors import InputError
from screening.intake import HeaderMap, load_headers
from screening.intake.tables import Line, find_table
from screening.scoring import LEVELS

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

__all__ = ["rescore"]

_REMOTE: Final = ("table:", "parquet:")
_SPAN: Final = 1 << 55
"""Places of one source: Spark numbers rows by partition (31 bits) and within it (33 bits), of which no source uses so many."""

_ON_THIS_MACHINE: Final = {
    "spark.ui.enabled": "false",
    "spark.driver.host": "127.0.0.1",  # nobody else has to reach it
    "spark.driver.bindAddress": "127.0.0.1",
    # Nearly all work is done in Python: compiling the rest to the utmost takes longer than it saves.
    "spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
}
"""How Spark is set up where nothing else is said."""

_OTHERS: Final = f"""
WITH marked AS (SELECT *, explode(marks) AS mark FROM alone),
{KEYED},
shared AS (
    SELECT *, min(record_id) OVER (PARTITION BY key) <> max(record_id) OVER (PARTITION BY key) AS known_of FROM keyed
)
SELECT one.seq AS seq, sort_array(collect_list(struct(other.seq AS at, one.asked AS key, other.past AS past))) AS others
FROM shared AS one JOIN shared AS other ON one.key = other.key AND one.record_id <> other.record_id
WHERE one.known_of AND other.known_of AND NOT one.history
GROUP BY one.seq
"""


def rescore(job: Job, progress: Progress) -> Manifest:
    """Do the job on Spark. Raises ``InputError`` where Spark or Java is missing, and as the local engine does."""
    _need_spark()
    with locked(job.output):
        sources = [*_sources(job.inputs), *_sources(job.history, history=True)]
        manifest = Manifest.of(job, load(job.bundle).revision, sources)
        if manifest.totals is not None:
            return manifest
        sweep(job.output)
        with _session(job) as session:
            return _Run(job, manifest, session, progress).all(sources)


def _need_spark() -> None:
    missing = [name for name in ("pyspark", "pandas") if importlib.util.find_spec(name) is None]
    if missing:
        said = f"没有安装 {'、'.join(missing)}。"
        raise InputError("--engine spark", said, "请运行 pip install '.[spark]'，或用 --engine local。")
    home = os.environ.get("JAVA_HOME")
    if shutil.which("java", path=os.path.join(home, "bin") if home else None) is None:  # noqa: PTH118 - a search path
        remedy = (
            "请安装 Java 17（Debian：apt-get install openjdk-17-jre-headless）并设好 JAVA_HOME，或用 --engine local。"
        )
        raise InputError("--engine spark", "这台机器上找不到 Java，Spark 启动不了。", remedy)


@contextmanager
def _session(job: Job) -> Iterator[SparkSession]:
    """Spark as ``spark-submit`` or the environment has set it up; on this machine where nothing is said."""
    from py4j.protocol import Py4JError
    from pyspark import SparkConf
    from pyspark.errors import PySparkException
    from pyspark.sql import SparkSession

    # Workers on this machine are to run the Python that this is; a cluster's are told by PYSPARK_PYTHON.
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    builder = SparkSession.builder.appName("screening rescore")
    if not SparkConf().contains("spark.master") and "PYSPARK_SUBMIT_ARGS" not in os.environ:
        builder = builder.master(f"local[{job.workers}]")
        for name, value in _ON_THIS_MACHINE.items():
            builder = builder.config(name, value)
    # A shard is a partition: what a worker loses when it is killed.
    builder = builder.config("spark.sql.files.maxPartitionBytes", "4m")
    # Of 10,000 rows, as Spark does by itself, each of 20 kB, a task would build 200 MB at once.
    builder = builder.config("spark.sql.inMemoryColumnarStorage.batchSize", "500")
    if any(given.startswith("table:") for given in (*job.inputs, *job.history)) or job.table:
        builder = builder.enableHiveSupport()
    session = builder.getOrCreate()
    session.sparkContext.setLogLevel("OFF")  # what matters of an error is said below
    try:
        yield session
    except (Py4JError, PySparkException) as error:
        detail = f"任务失败，重试以后仍然不行：{_cause(str(error))}。"
        raise InputError("Spark", detail, "详情见 Spark 的日志；改好以后再运行同一条命令。") from None
    finally:
        session.stop()


def _cause(trace: str) -> str:
    """The line of a trace that says what went wrong in Python, else its first."""
    lines = [line.strip() for line in trace.splitlines() if line.strip()]
    told = [line for line in lines if re.match(r"(?:\w+\.)*\w+Error: ", line)]
    return (told or lines or ["原因不明"])[0][:300]


def _sources(given: tuple[str, ...], history: bool = False) -> Iterator[Source]:
    for each in given:
        if each.startswith(_REMOTE):
            yield Source(each, 0, "", history)
        else:
            yield from sources_of(files_of([each]), history)


class _Run:
    def __init__(self, job: Job, manifest: Manifest, session: SparkSession, progress: Progress) -> None:
        self._job, self._manifest, self._session, self._progress = job, manifest, session, progress
        headers = load_headers(headers_file(job.bundle))
        self._headers = with_mapping(headers, job.mapping)
        self._report = HeadingReport(self._headers)
        bundle = str(job.bundle) if job.bundle else None
        self._bench = Bench(bundle, manifest.about["revision"], manifest.as_of)

    def all(self, sources: list[Source]) -> Manifest:
        self._progress.stage("登记")
        staged = self._staged(sources)
        self._fit(staged)
        write_json(self._job.output / "headers.json", self._report.files)
        for words in self._report.words():
            self._progress.say(words)
        self._progress.stage("逐条筛查")
        alone = _once(mapped(staged, functools.partial(spark_rows.alone, self._bench), ALONE))
        alone.createOrReplaceTempView("alone")
        rejected = alone.where("rejected_reason IS NOT NULL").orderBy("seq")
        refused = write_rejected(
            (row.asDict() for row in rejected.toLocalIterator()), self._job.output / "rejected.csv"
        )
        self._progress.stage("结合其他案件复核")
        results = self._results(staged, alone)
        counts = {row["level"]: row["count"] for row in results.groupBy("level").count().collect()}
        self._write(results)
        totals = Totals({level: counts.get(level, 0) for level in reversed(LEVELS)}, refused)
        self._manifest = self._manifest.with_(totals=totals)
        shutil.rmtree(self._job.work, ignore_errors=True)
        return self._manifest

    def _fit(self, staged: DataFrame) -> None:
        """No step into more tasks than there are shards: one into 200, as Spark does by itself, costs a small job more than its records."""
        setting = "spark.sql.shuffle.partitions"
        enough = max(staged.rdd.getNumPartitions(), self._session.sparkContext.defaultParallelism)
        given = self._session.conf.get(setting) or ""
        if given.isdigit() and enough < int(given):  # "auto" on platforms that see to it
            self._session.conf.set(setting, enough)

    def _staged(self, sources: list[Source]) -> DataFrame:
        frames = []
        files = [source for source in sources if not source.name.startswith(_REMOTE)]
        if files:
            folder = self._job.work / "staged"
            shutil.rmtree(folder, ignore_errors=True)
            stager = Stager(folder, self._headers, self._job.limits, self._job.rows, self._report.see)
            shards = sum(1 for _ in stager.shards(files))
            self._manifest = self._manifest.with_(shards=shards)
            frames.append(self._session.read.parquet(folder.absolute().as_uri()))
        remote = [source for source in sources if source.name.startswith(_REMOTE)]
        frames += [self._table(source, at) for at, source in enumerate(remote, start=1)]
        return functools.reduce(lambda one, other: one.unionByName(other), frames)

    def _table(self, source: Source, at: int) -> DataFrame:
        """The rows of a table as staged entries; its columns are understood once, here."""
        from pyspark.errors import PySparkException
        from pyspark.sql.functions import lit, monotonically_increasing_id

        kind, _, name = source.name.partition(":")
        try:
            frame = self._session.table(name) if kind == "table" else self._session.read.parquet(name)
        except PySparkException as error:
            raise InputError(source.name, "读不到。", f"请核对名称和权限（{error.getErrorClass()}）。") from None
        names = _columns(self._headers, self._report, frame, source.name)
        work = functools.partial(spark_rows.staged, self._headers.plain(), names, source.name, source.history)
        numbered = frame.withColumn("_seq", monotonically_increasing_id() + lit(at * _SPAN))
        return mapped(numbered, work, STAGED)

    def _results(self, staged: DataFrame, alone: DataFrame) -> DataFrame:
        """The rows of ``RESULT``, in the order of the input, with the place of each."""
        others = self._session.sql(_OTHERS)
        work = functools.partial(spark_rows.again, self._bench)
        again = _once(mapped(staged.join(others, "seq"), work, spark_rows.PLACED))
        good = alone.where("rejected_reason IS NULL AND NOT history").select("seq", *RESULT.names)
        return good.join(again.select("seq"), "seq", "left_anti").unionByName(again)

    def _write(self, results: DataFrame) -> None:
        ordered = results.repartitionByRange("seq").sortWithinPartitions("seq").drop("seq")
        if self._job.table:
            ordered.write.mode("overwrite").saveAsTable(self._job.table)
            return
        fresh = self._job.work / "results"
        ordered.write.mode("overwrite").parquet(fresh.absolute().as_uri())
        shutil.rmtree(self._job.results, ignore_errors=True)
        fresh.rename(self._job.results)


def _once(screened: DataFrame) -> DataFrame:
    """Kept on disk, so that no record is screened twice for being asked for twice."""
    from pyspark import StorageLevel

    return screened.persist(StorageLevel.DISK_ONLY)


def _columns(headers: HeaderMap, report: HeadingReport, frame: DataFrame, name: str) -> list[str]:
    names = list(_paths(frame.schema))
    table = find_table([Line("表头", tuple(names))], headers, name)
    if table is None:
        raise InputError(name, "没有认得的栏名。", "可以用 --mapping 指定。")
    report.see(table)
    return names


def _paths(schema: Any, within: str = "") -> Iterator[str]:
    from pyspark.sql.types import StructType

    for field in schema.fields:
        path = f"{within}{field.name}"
        if isinstance(field.dataType, StructType):
            yield from _paths(field.dataType, f"{path}.")
        else:
            yield path
