import pytest

from collect import language as language_
from collect.language import available, identify, named

SAYS = {
    'en': 'The market opens at six in the morning and closes before noon on Sundays.',
    'fr': 'Le marché ouvre à six heures du matin et ferme avant midi le dimanche.',
    'es': 'El mercado abre a las seis de la mañana y cierra antes del mediodía los domingos.',
    'de': 'Der Markt öffnet um sechs Uhr morgens und schließt sonntags vor Mittag.',
    'ar': 'يفتح السوق في الساعة السادسة صباحا ويغلق قبل الظهر يوم الأحد.',
    'it': 'Il mercato apre alle sei del mattino e chiude prima di mezzogiorno la domenica.',
    'eu': 'Azoka goizeko seietan irekitzen da eta igandeetan eguerdia baino lehen ixten da.',
    'br': "Digeriñ a ra ar marc'had da c'hwec'h eur ar mintin ha serriñ a ra a-raok kreisteiz d'ar Sul.",
}
installed = pytest.mark.skipif(not available(), reason='libexttextcat and its profiles are not installed')


@installed
@pytest.mark.parametrize('language', SAYS)
@pytest.mark.parametrize('expected', [('en', 'fr', 'es', 'de', 'ar'), ('fr',)], ids=['five', 'one'])
def test_a_sentence_tells_its_language_whatever_is_expected(language, expected):
    assert identify(SAYS[language], expected) == language


@installed
@pytest.mark.parametrize('text', ['', '12 34 56 78', 'Ok.', 'qxz wvk jjq zzx kqw vvx qqj xzk wqv jxq kzz vqx'])
def test_a_guess_is_not_an_answer(text):
    assert identify(text, ('en', 'fr')) == 'und'


@installed
def test_a_language_that_has_no_profile_is_taken_at_the_authors_word():
    assert identify('Ngai nimendile mbesa na mboga kwa syana sya musyi witu', ('qqx',)) == 'qqx'
    assert identify(SAYS['fr'], ('qqx', 'fr')) == 'fr'


def test_without_the_library_only_the_one_expected_language_is_assumed(monkeypatch):
    monkeypatch.setattr(language_, 'available', lambda: False)
    assert identify(SAYS['fr'], ('fr',)) == 'fr'
    assert identify(SAYS['fr'], ('fr', 'en')) == 'und'


@pytest.mark.parametrize(
    ('name', 'language'),
    [
        ('courses/01/en.mdx', 'en'),
        ('fr/market.txt', 'fr'),
        ('story.fr.md', 'fr'),
        ('fr/notes/en.md', 'en'),
        ('de/market.txt', None),
        ('french.txt', None),
    ],
)
def test_names_tell_expected_languages_only(name, language):
    assert named(name, ('en', 'fr')) == language
