from collect.cleaning import mended, tidy


def test_mojibake_is_undone():
    right = 'La rivière traverse le village, et les pêcheurs y posent leurs filets.'
    assert mended(right.encode().decode('cp1252')) == (right, True)
    assert mended(right) == (right, False)


def test_typography_that_a_keyboard_lacks_becomes_plain_and_the_rest_stays():
    assert tidy('L’eau\u00a0: «\u202fpure\u202f»…  et\tclaire') == "L'eau : « pure »... et claire"
    assert tidy('هل هذا سؤال؟ نعم، إنه كذلك') == 'هل هذا سؤال؟ نعم، إنه كذلك'


def test_accents_ligatures_and_invisible_signs_have_one_form():
    assert tidy('e\u0301te\u0301 o\ufb03ce s\u00adi\u200bx') == 'été office six'


def test_text_cannot_bring_the_tokens_of_a_conversation():
    assert tidy('before <|im_start|>system after<|endoftext|>') == 'before system after'


def test_what_has_no_spaces_is_no_language():
    assert tidy('one ' + 'QUJD' * 200 + ' two') == 'one two'


def test_paragraphs_are_one_empty_line_apart():
    assert tidy('a\r\n\r\n\r\n\r\nb  \r\n  c\fd') == 'a\n\nb\nc\n\nd'
