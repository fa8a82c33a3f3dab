"""Drives the generated Python client: `drive.py URL KEY` prints what it found as JSON."""

import json
import sys

from sayso_client import AuthenticatedClient, Client
from sayso_client.api.articles import create_article
from sayso_client.api.claims import get_claim, list_claims
from sayso_client.api.sources import list_source_claims
from sayso_client.models import ClaimPage, FactualityChoice, NewArticle, Problem, Receipt
from sayso_client.types import UNSET, Unset


def drive(reader: Client, writer: AuthenticatedClient) -> dict[str, object]:
    """What the test compares, each member from one use of a client. To read takes no key."""
    return {
        "claims": claims(reader),
        "certain": certain(reader),
        "outcomes": [store(writer), store(writer)],
        "mistyped": mistyped(writer),
        "missing": missing(reader),
        "refused": refused(reader),
    }


def claims(client: Client) -> list[str]:
    """The ids of all claims of a source, page by page."""
    found: list[str] = []
    cursor: str | Unset = UNSET
    while True:
        page = list_source_claims.sync("associated-press", client=client, limit=2, cursor=cursor)
        assert isinstance(page, ClaimPage)
        found += [claim.id for claim in page.items]
        if isinstance(page.next_, Unset):
            return found
        cursor = page.next_


def certain(client: Client) -> list[str]:
    """How far the first links of the claims that are certain, or certainly not, commit."""
    wanted = [FactualityChoice.CERTAIN, FactualityChoice.CERTAIN_NOT]
    page = list_claims.sync(client=client, factuality=wanted, publisher=["reuters"])
    assert isinstance(page, ClaimPage)
    return [claim.attributions[0].chain[0].factuality.value for claim in page.items]


def store(client: AuthenticatedClient) -> str:
    """What storing the article did."""
    article = NewArticle(text="A Python client was built in May, the engineers said.", publisher="Reuters")
    receipt = create_article.sync(client=client, body=article)
    assert isinstance(receipt, Receipt)
    return receipt.outcome.value


def mistyped(client: AuthenticatedClient) -> str:
    """The type of the problem that a mistyped key is."""
    other = AuthenticatedClient(sys.argv[1], token=client.token.swapcase())
    problem = create_article.sync(client=other, body=NewArticle(text="Nobody spoke."))
    assert isinstance(problem, Problem)
    return problem.type_


def missing(client: Client) -> str:
    """The type of the problem that an unknown id is."""
    problem = get_claim.sync("clm_nowhere", client=client)
    assert isinstance(problem, Problem)
    return problem.type_


def refused(client: Client) -> list[str | None]:
    """The type of the problem that a bad cursor is, and the parameter that it names."""
    problem = list_claims.sync(client=client, cursor="nonsense")
    assert isinstance(problem, Problem)
    assert not isinstance(problem.errors, Unset)
    return [problem.type_, problem.errors[0].parameter or None]


anyone = Client(sys.argv[1], raise_on_unexpected_status=True)
holder = AuthenticatedClient(sys.argv[1], token=sys.argv[2], raise_on_unexpected_status=True)
with anyone as reader, holder as writer:
    print(json.dumps(drive(reader, writer)))
