"""What may be ridden."""

from __future__ import annotations

import pytest

from executors.targets import check_target
from tandem.errors import RefusedError
from tandem.settings import AppSettings, Settings


def settings(**given):
    return Settings(app=AppSettings(command=("app",)), **given)


def to(*addresses):
    return lambda _host: list(addresses)


def test_an_app_started_in_the_job_is_always_allowed():
    check_target(settings(), to())


@pytest.mark.parametrize("environment", ["local", "ci"])
@pytest.mark.parametrize("address", ["127.0.0.1", "127.8.9.10", "::1", "::ffff:127.0.0.1"])
def test_loopback_is_allowed(environment, address):
    check_target(settings(environment=environment, base_url="http://app:1"), to(address))


@pytest.mark.parametrize("environment", ["local", "ci"])
@pytest.mark.parametrize(
    "addresses", [["192.0.2.1"], ["127.0.0.1", "192.0.2.1"], ["2001:db8::1"], ["0.0.0.0"], []]
)
def test_another_machine_is_refused_with_its_address(environment, addresses):
    with pytest.raises(RefusedError) as caught:
        check_target(settings(environment=environment, base_url="http://app:1"), to(*addresses))
    assert "http://app:1 is not on this machine" in str(caught.value)
    assert "Nothing was started" in str(caught.value)


def test_an_unknown_host_is_refused():
    def fails(_host):
        raise OSError("unknown")

    with pytest.raises(RefusedError, match="the host 'app' is not known"):
        check_target(settings(base_url="http://app"), fails)


@pytest.mark.parametrize(
    ("given", "missing"),
    [
        ({}, ["base URL", "enable flag"]),
        ({"base_url": "https://shop.example"}, ["enable flag"]),
        ({"enable_remote": True}, ["base URL"]),
    ],
)
def test_remote_says_all_that_is_missing(given, missing):
    with pytest.raises(RefusedError) as caught:
        check_target(settings(environment="remote", **given), to("192.0.2.1"))
    assert all(each in str(caught.value) for each in missing)


def test_remote_with_both_is_allowed():
    given = {"base_url": "https://shop.example", "enable_remote": True}
    check_target(settings(environment="remote", **given), to("192.0.2.1"))
