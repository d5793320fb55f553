"""What a large forum says: French words as often as people use them, a few all the time, most of them hardly ever."""

import random
from collections.abc import Iterator
from functools import cached_property
from itertools import accumulate, product

from community.formats.words import terms

ROOTS = """
accompagn accueill achet admir aid aim ajout allum amen analys anim appel apport appren arrang arriv
articul assist attach attend avanc bais balanc bavard bouch boug branch brouill cach calcul calm
caress chang chant charg chauff cherch class cliqu coll combin command commenc compar compens
complet compos compt condens confi connect conseil consult content continu contrôl copi corrig coup
courb crois cultiv dans décid déclar décor défend demand démarr dépann dépens dessin détach devin
dict diffus discut distribu donn dout dur échang éclair écout édit effac élev embauch emprunt encadr
encourag enregistr enseign entr envoy épel équip essay estim étal étudi évalu évit examin exerc
expliqu export exprim fabriqu façonn ferm figur filtr fix flott form formul fouill frapp gagn gard
gliss group guid habit hésit imagin import imprim inform inscri install interrog invent invit isol
jou juge lanc lav lev limit liss list livr localis mang manipul marqu mesur modifi mont montr motiv
navigu nett not numérot observ offr organis orient oubli pag pair parl partag pass patient pay pens
perc plac plant pli pos pouss pratiqu prépar présent prêt prolong propos protég pubi questionn quitt
racont rang rappel rassur rédig regard règl relanc rempl rencontr renseign répar répét répond repos
respect réun réuss rêv risqu salu sauv serr sign simplifi soign soul surveill suspend tap téléphon
tent tir touch tourn trac transmet travaill trouv us valid vend vérifi vis voyag
""".split()  # noqa: SIM905 - a list that is read as a text
BEFORE = ("", "re", "dé")
AFTER = (
    "er",
    "é",
    "ée",
    "és",
    "ées",
    "e",
    "es",
    "ent",
    "ons",
    "ez",
    "ait",
    "ation",
    "ations",
    "eur",
    "euse",
    "age",
    "able",
)
SMALL = ("de la", "pour", "avec les", "dans une", "et", "sur le", "que nous", "par")


class Words:
    """Draws texts by the law of Zipf. The same seed says the same. Raises AssertionError when the stems it joins are
    not those that the forum itself would keep."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.words = [before + root + after for before, root, after in product(BEFORE, ROOTS, AFTER)]
        random.Random(1).shuffle(self.words)
        self._until = list(accumulate(1 / (rank + 2.7) for rank in range(len(self.words))))

    @cached_property
    def _stems(self) -> dict[str, list[str]]:
        return {word: terms(word).split() for word in self.words}

    def texts(self, count: int) -> Iterator[tuple[str, str]]:
        """Texts of 6 to 50 words, with their terms."""
        for rank in range(count):
            said = self.random.choices(self.words, cum_weights=self._until, k=self.random.randint(6, 50))
            text = f"{' '.join(said[:4])} {SMALL[rank % len(SMALL)]} {' '.join(said[4:])}."
            found = " ".join(dict.fromkeys(stem for word in said for stem in self._stems[word]))
            if rank % 50_000 == 0:
                assert found == terms(text)
            yield text, found

    def questions(self, count: int) -> list[str]:
        """One to three words, frequent and rare ones alike: their ranks are drawn by the logarithm."""
        return [" ".join(self._asked() for _ in range(self.random.choice((1, 1, 2, 2, 3)))) for _ in range(count)]

    def _asked(self) -> str:
        return self.words[int(len(self.words) ** self.random.random()) - 1]
