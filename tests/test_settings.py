"""The settings."""

import pytest

from service.errors import SettingInvalid, SettingUnknown
from service.settings import LogFormat, Settings, override, read


def test_defaults() -> None:
    """Nothing need be set, and names that are not ours are not ours to judge."""
    assert read({"HOME": "/", "sayso_port": "1", "PORT": "x"}) == Settings()


def test_environment() -> None:
    """Each setting is read from the environment, numbers as numbers."""
    environ = {"SAYSO_DATABASE": "/data/x.db", "SAYSO_HOST": "::1", "SAYSO_PORT": "80", "SAYSO_WORKERS": "4"}
    expected = Settings(
        database="/data/x.db",
        host="::1",
        port=80,
        workers=4,
        max_body=5,
        grace=60,
        log=LogFormat.JSON,
        metrics=False,
        traces=True,
    )
    assert (
        read(
            {
                **environ,
                "SAYSO_MAX_BODY": "5",
                "SAYSO_GRACE": "60",
                "SAYSO_LOG": "json",
                "SAYSO_METRICS": "false",
                "SAYSO_TRACES": "true",
            }
        )
        == expected
    )


@pytest.mark.parametrize("name", ["SAYSO_PROT", "SAYSO_", "SAYSO_port", "SAYSO_PORT_"])
def test_unknown(name: str) -> None:
    """A name that is no setting is told, with those there are."""
    with pytest.raises(SettingUnknown, match="SAYSO_DATABASE, SAYSO_HOST, SAYSO_PORT") as refusal:
        read({"SAYSO_PORT": "80", name: "80"})
    assert refusal.value.name == name


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SAYSO_PORT", "http"),
        ("SAYSO_PORT", "0"),
        ("SAYSO_PORT", "65536"),
        ("SAYSO_PORT", ""),
        ("SAYSO_WORKERS", "1.5"),
        ("SAYSO_MAX_BODY", "-1"),
        ("SAYSO_MAX_BODY", "99999999999999999999999"),
        ("SAYSO_DATABASE", ""),
        ("SAYSO_LOG", "yaml"),
        ("SAYSO_METRICS", "maybe"),
        ("SAYSO_CORS_ORIGINS", "news.example"),
        ("SAYSO_CORS_ORIGINS", "https://news.example/"),
        ("SAYSO_CORS_ORIGINS", "https://News.example"),
        ("SAYSO_CORS_ORIGINS", "https://*.news.example"),
        ("SAYSO_CORS_ORIGINS", "https://news.example,*"),
        ("SAYSO_CORS_ORIGINS", "https://news.example,"),
        ("SAYSO_CORS_ORIGINS", "null"),
        ("SAYSO_READS", "shut"),
        ("SAYSO_RATE_LIMIT", "600"),
        ("SAYSO_RATE_LIMIT", "0/minute"),
        ("SAYSO_RATE_LIMIT", "600/minutes"),
        ("SAYSO_RATE_LIMIT", "99999999/second"),
        ("SAYSO_WRITE_LIMIT", "none"),
        ("SAYSO_TRUSTED_PROXIES", "proxy.example"),
        ("SAYSO_TRUSTED_PROXIES", "10.1.2.3/8"),
        ("SAYSO_TRUSTED_PROXIES", "10.0.0.0/8, 10.0.0.1"),
    ],
)
def test_invalid(name: str, value: str) -> None:
    """A value that cannot be used is told with its name."""
    with pytest.raises(SettingInvalid, match=name):
        read({name: value})


def test_wanted() -> None:
    """What to give is told in words, for a flag under its own name."""
    with pytest.raises(SettingInvalid, match=r"^SAYSO_PORT: '0' .* from 1 to 65535\.$"):
        read({"SAYSO_PORT": "0"})
    with pytest.raises(SettingInvalid, match=r"one of: auto, json, text\.$"):
        read({"SAYSO_LOG": "yaml"})
    with pytest.raises(SettingInvalid, match=r"^SAYSO_READS: 'shut' .* Give closed or open\.$"):
        read({"SAYSO_READS": "shut"})
    with pytest.raises(SettingInvalid, match=r"^SAYSO_RATE_LIMIT: '600' .* as 600/minute\.$"):
        read({"SAYSO_RATE_LIMIT": "600"})
    with pytest.raises(SettingInvalid, match=r"^SAYSO_TRUSTED_PROXIES: 'x' .* as 10\.1\.2\.3 or"):
        read({"SAYSO_TRUSTED_PROXIES": "x"})
    with pytest.raises(SettingInvalid, match=r"^--workers: '0' .* from 1 to 64\.$"):
        override(Settings(), "SAYSO_WORKERS", "0", "--workers")


def test_origins() -> None:
    """A list as browsers write origins, a star, or nothing; what to give is told by example."""
    for value in ("", "*", "https://news.example", "http://localhost:3000,https://[::1]:8443,capacitor://localhost"):
        assert read({"SAYSO_CORS_ORIGINS": value}).cors_origins == value
    with pytest.raises(SettingInvalid, match=r"'news\.example' .* as https://news\.example or "):
        read({"SAYSO_CORS_ORIGINS": "news.example"})


def test_override() -> None:
    """A later value replaces an earlier one, and the rest stays."""
    assert override(Settings(host="::1"), "SAYSO_PORT", "81") == Settings(host="::1", port=81)
