"""The articles that the test server holds."""

MISSILES = {
    "title": "North Korea plans a test",
    "url": "https://news.example/north-korea-plans-a-test",
    "publisher": "AP",
    "published_at": "2026-02-08",
    "text": (
        "North Korea will test a new missile in May, KCNA said on Sunday.\n\n"
        "The test may be delayed, South Korean analysts said.\n\n"
        "Kim Jong Un is likely to attend it, according to the Yonhap news agency.\n\n"
        "The harbour was quiet on Monday."
    ),
}

FLOODS = {
    "title": "Floods close the harbour",
    "url": "https://news.example/floods-close-the-harbour",
    "publisher": "Reuters",
    "published_at": "2026-03-01T09:30:00Z",
    "text": (
        "The harbour will stay closed until Friday, the mayor said.\n\n"
        "The mayor denied that the dam had failed.\n\n"
        "Could the bridge be next?"
    ),
}

UNDATED = {"text": "The council met in the old hall. Nobody was hurt, police said."}

ARTICLES = (MISSILES, FLOODS, UNDATED)
