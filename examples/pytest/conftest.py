"""Starts one sandbox for all tests, and resets it before each."""

import json
import os
import subprocess
import urllib.request

import pytest

COMMAND = ["sandbox", "--ports", "0", "--store", "memory", "-o", "json", "--until-stdin-closes"]


class Sandbox:
    """A running sandbox: the variables of its kit, and its controls."""

    def __init__(self, shown):
        self.operations = shown["operations"]
        self.variables = shown["variables"]

    def __getitem__(self, name):
        # Keys are PEM text with the two characters \n for each line end.
        return self.variables["RUHUI_" + name].replace("\\n", "\n")

    def control(self, path, **body):
        request = urllib.request.Request(
            f"{self.operations}/sandbox/{path}",
            json.dumps(body).encode(),
            {"Content-Type": "application/json"},
        )
        # The sandbox is on this machine, so no proxy is asked.
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(request, timeout=15) as response:
            return json.load(response)


@pytest.fixture(scope="session")
def running():
    command = [os.environ.get("RUHUI", "ruhui"), *COMMAND]
    # The sandbox stops when this process ends, however it ends: its standard input is closed then.
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        line = process.stdout.readline()
        assert line, f"`{' '.join(command)}` did not start; its error is above"
        yield Sandbox(json.loads(line))
        process.stdin.close()


@pytest.fixture
def sandbox(running):
    running.control("reset")
    return running
