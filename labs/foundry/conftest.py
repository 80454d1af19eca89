"""Tells `npm test` what ran: with --report FILE, every test's outcome as JSON."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

FOUND: dict[str, dict[str, str]] = {}


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption('--report', type=Path, help='write every outcome to this file, as JSON')


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """A test failed when its set-up, its call or its tear-down did."""
    before = FOUND.get(report.nodeid, {}).get('outcome')
    if report.when == 'call' or report.outcome != 'passed':
        outcome = 'failed' if 'failed' in (before, report.outcome) else report.outcome
        FOUND[report.nodeid] = {'name': report.nodeid, 'outcome': outcome}
        if report.skipped and isinstance(report.longrepr, tuple):
            FOUND[report.nodeid]['reason'] = report.longrepr[2].removeprefix('Skipped: ')


def pytest_collectreport(report: pytest.CollectReport) -> None:
    if report.failed:
        FOUND[report.nodeid] = {'name': report.nodeid, 'outcome': 'failed'}


def pytest_sessionfinish(session: pytest.Session) -> None:
    target = session.config.getoption('--report')
    if target:
        target.write_text(json.dumps({'tests': list(FOUND.values())}), encoding='utf-8')
