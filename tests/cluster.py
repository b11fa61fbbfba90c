"""A real Spark cluster for tests: a standalone master, a worker and its executor, on loopback alone."""

from __future__ import annotations

import atexit
import functools
import importlib.util
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import warnings
from pathlib import Path
from typing import Any

import pytest

MASTER = re.compile(r"Starting Spark master at (spark://\S+)")
REGISTERED = re.compile(r"Successfully registered with master")
WAIT_SECONDS = 60
QUICK = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"  # for a JVM that lives a minute
SETTINGS = {
    "spark.driver.host": "127.0.0.1",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.executor.cores": "2",
    "spark.executor.memory": "600m",
    "spark.driver.extraJavaOptions": QUICK,
    "spark.executor.extraJavaOptions": QUICK,
    "spark.task.maxFailures": "1",
    "spark.sql.shuffle.partitions": "3",
    "spark.sql.execution.arrow.maxRecordsPerBatch": "97",  # so that lives are cut between batches
    "spark.sql.session.timeZone": "America/New_York",  # which must not matter
}


@functools.cache
def session() -> Any:
    """The session of this process, on a cluster of its own that stops when the process ends."""
    if importlib.util.find_spec("pyspark") is None:
        pytest.skip("PySpark isn't installed: pip install 'ziggurat[spark]'")
    if shutil.which("java") is None and "JAVA_HOME" not in os.environ:
        pytest.skip("there is no Java for Spark to run on")
    with warnings.catch_warnings():
        # PySpark 4.3 warns of pandas 3 wherever it imports it; nothing here goes through pandas.
        warnings.filterwarnings("ignore", "PySpark does not yet fully support pandas", FutureWarning)
        from pyspark.sql import SparkSession

        os.environ |= {"PYSPARK_PYTHON": sys.executable, "SPARK_LOCAL_IP": "127.0.0.1"}
        builder = SparkSession.builder.master(start()).appName("ziggurat-tests")
        for name, value in SETTINGS.items():
            builder = builder.config(name, value)
        spark = builder.getOrCreate()
    atexit.register(spark.stop)
    return spark


def start() -> str:
    """Start a master and a worker, and return the master's address once the worker has registered."""
    folder = Path(tempfile.mkdtemp(prefix="ziggurat-cluster-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    url = daemon(folder, "master.Master", MASTER, "--port", "0", "--webui-port", "0")[1]
    resources = ("--cores", "2", "--memory", "1g", "--webui-port", "0", "--work-dir", str(folder))
    daemon(folder, "worker.Worker", REGISTERED, *resources, url)
    return url


def daemon(folder: Path, what: str, sign: re.Pattern[str], *options: str) -> re.Match[str]:
    """Start one of Spark's daemons, to be stopped when the process ends, and wait for a sign in its log."""
    import pyspark

    home = Path(pyspark.__file__).parent
    command = [home / "bin" / "spark-class", f"org.apache.spark.deploy.{what}", "--host", "127.0.0.1", *options]
    path = folder / f"{what}.log"
    settings = {"SPARK_HOME": str(home), "SPARK_DAEMON_MEMORY": "256m", "SPARK_DAEMON_JAVA_OPTS": QUICK}
    with path.open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log, env=os.environ | settings)
    atexit.register(stop, process)
    deadline = time.monotonic() + WAIT_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        if found := sign.search(path.read_text("utf-8", errors="replace")):
            return found
        time.sleep(0.1)
    raise RuntimeError(f"Spark's {what} did not start:\n{path.read_text('utf-8', errors='replace')}")


def stop(process: subprocess.Popen[bytes]) -> None:
    """Stop a daemon and wait until it is gone."""
    process.terminate()
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
