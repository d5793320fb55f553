"""Names of people, compared as people do."""

import unicodedata


def folded(name: str) -> str:
    """Without case nor accents, letters and digits only: `@marie-eve.roy` is Marie-Ève Roy."""
    plain = unicodedata.normalize("NFKD", name.casefold())
    return "".join(letter for letter in plain if letter.isalnum())


def answers_to(name: str, words: str) -> bool:
    """Whether every word that is looked for is in `name`."""
    own = folded(name)
    return all(folded(word) in own for word in words.replace("-", " ").split())
