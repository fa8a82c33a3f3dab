"""Whether a forename is usually a man's or a woman's, by the name lists of Faker (MIT), some thirty of its locales."""

from functools import cache
from importlib import import_module

LOCALES = ("en_US", "en_GB", "en_IN", "en_NZ", "en_KE", "en_NG", "fr_FR", "de_DE", "es_ES", "es_MX", "it_IT", "no_NO",
           "sv_SE", "da_DK", "nl_NL", "pl_PL", "pt_PT", "pt_BR", "cs_CZ", "ro_RO", "hr_HR", "fi_FI", "tr_TR", "zu_ZA",
           "sl_SI", "lv_LV", "et_EE", "hu_HU")  # fmt: skip


def gender(name: str) -> str | None:
    """``male`` or ``female`` where the first word of a full name is only ever one of them, else None."""
    words = name.split()
    if len(words) < 2:
        return None
    male, female = (words[0] in listed for listed in _listed())
    return None if male == female else "male" if male else "female"


@cache
def _listed() -> tuple[frozenset[str], frozenset[str]]:
    providers = [import_module(f"faker.providers.person.{locale}").Provider for locale in LOCALES]
    return (
        frozenset(n for p in providers for n in p.first_names_male),
        frozenset(n for p in providers for n in p.first_names_female),
    )
