"""Lists of articles."""

import msgspec

from schemas.articles import Article
from service.storage.filters import ArticleFilter, ArticleTerms, Window
from service.storage.port import ClaimStore


class TestArticles:
    """Lists of articles."""

    def test_all(self, news: ClaimStore) -> None:
        """Articles come in the order of storing, without their text."""
        items = news.articles(ArticleFilter(), Window()).items
        articles = [msgspec.json.decode(item, type=Article) for item in items]
        assert [article.id for article in articles] == ["art_congress", "art_drills", "art_bare"]
        assert not any(article.text for article in articles)
        assert [article.claims for article in articles] == [3, 2, 1]

    def test_publisher(self, news: ClaimStore) -> None:
        """A publisher is asked for by any of its names."""
        items = news.articles(ArticleFilter(publisher=("the guardian", "ap")), Window()).items
        assert [msgspec.json.decode(item, type=Article).id for item in items] == ["art_congress", "art_drills"]
        items = news.articles(ArticleFilter(ids=("art_drills", "art_bare"), publisher=("guardian",)), Window()).items
        assert [msgspec.json.decode(item, type=Article).id for item in items] == ["art_drills"]
        items = news.articles(ArticleFilter(without=ArticleTerms(publisher=("the guardian",))), Window()).items
        assert [msgspec.json.decode(item, type=Article).id for item in items] == ["art_congress", "art_bare"]
