"""A desk with a name of its own says nothing of the sample's company to customers."""

from __future__ import annotations

from pathlib import Path

from tests.served import serving


def test_customers_hear_the_name_in_the_settings_and_no_other(small_index: Path, tmp_path: Path) -> None:
    with serving(small_index, tmp_path, company_name="Lindenbank") as service:
        for language in ("en", "de", "fr", "es"):
            visitor = service.visitor(site="bank", language=language)
            hello = visitor.say("hi").json()["reply"]["text"]
            told = (visitor.opened["greeting"], visitor.opened["disclosure"], hello)
            assert all("Lindenbank" in sentence for sentence in told)
            assert not [sentence for sentence in told if "Fernwick" in sentence]
        client = service.client()
        assert client.get("/", follow_redirects=False).headers["location"] == "/help"
        assert client.get("/demo").status_code == 404
        assert "Fernwick" not in client.get("/widget/frame.html").text
