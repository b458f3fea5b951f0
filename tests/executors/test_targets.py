"""What may be ridden."""

from __future__ import annotations

import pytest

from executors.targets import check_target, check_users
from tandem.app_settings import AppSettings
from tandem.errors import RefusedError
from tandem.settings import MAX_REMOTE_USERS, Settings


def settings(**given):
    return Settings(app=AppSettings(command=("app",)), **given)


def remote(origin, **said):
    return settings(environment="remote", base_url=origin, enable_remote=True, env={"remote": said})


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


# Which machines, and how many users.


@pytest.mark.parametrize("host", ["shop.staging.example", "SHOP.Staging.Example"])
def test_a_host_that_is_named_is_allowed(host):
    check_target(remote(f"https://{host}:8443", hosts=["*.Staging.example", "other"]), to())


@pytest.mark.parametrize("host", ["shop.example", "staging.example", "a.staging.example.evil"])
def test_a_host_that_is_not_named_is_refused(host):
    with pytest.raises(RefusedError, match=rf"the host '{host}' is not one of .*\*\.staging"):
        check_target(remote(f"https://{host}", hosts=["*.staging.example"]), to())


@pytest.mark.parametrize(
    ("given", "most"),
    [
        (remote("https://shop.example"), MAX_REMOTE_USERS),
        (remote("https://shop.example", max_users=50), 50),
        (settings(env={"local": {"max_users": 5}}), 5),
    ],
)
def test_more_users_than_may_ride_are_refused(given, most):
    check_users(given, most)
    said = rf"{most + 1} users are more than the {most}"
    with pytest.raises(RefusedError, match=said) as caught:
        check_users(given, most + 1)
    assert "max_users in [env." in str(caught.value)


def test_on_this_machine_as_many_ride_as_are_wanted():
    check_users(settings(), 10_000)
