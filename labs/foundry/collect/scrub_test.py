from collections import Counter

import pytest

from collect.scrub import scrubbed


@pytest.mark.parametrize(
    ('text', 'clean', 'kind'),
    [
        ('Write to marie.dupont+x@mail.example.org.', 'Write to [email].', 'email'),
        ('IBAN FR76 3000 6000 0112 3456 7890 189 BNP', 'IBAN [iban] BNP', 'iban'),
        ('de89370400440532013000', '[iban]', 'iban'),
        ('card 4111 1111 1111 1111, 12/27', 'card [card], 12/27', 'card'),
        ('NIR 2 55 08 14 168 025 38.', 'NIR [nir].', 'nir'),
        ('né en Corse : 1 85 05 2A 012 345 79', 'né en Corse : [nir]', 'nir'),
        ('from 8.8.8.8 and', 'from [ip] and', 'ip'),
        ('host 2001:4860:4860::8888 up', 'host [ip] up', 'ip'),
        ('Appelez le 06 12 34 56 78 !', 'Appelez le [phone] !', 'phone'),
        ('Call +44 20 7946 0958 now', 'Call [phone] now', 'phone'),
        ('Tél. : 71 234 567', 'Tél. : [phone]', 'phone'),
        ('هاتف: ٧١٢٣٤٥٦٧', 'هاتف: [phone]', 'phone'),
        ('(555) 123-4567', '[phone]', 'phone'),
    ],
)
def test_each_kind_is_replaced_and_counted(text, clean, kind):
    counts: Counter[str] = Counter()
    assert scrubbed(text, counts) == clean
    assert counts == {kind: 1}


@pytest.mark.parametrize(
    'text',
    [
        'IBAN FR76 3000 6000 0112 3456 7890 188',  # wrong check digits
        'order 4111 1111 1111 1112',
        'number 2 55 08 14 168 025 39',
        'at 127.0.0.1, 192.168.1.20 and ::1',
        'version 1.2.3.400',
        'in 2025-10-23 at 12:30:45',
        'The valley had 12 500 people in 1936 and 8 300 in 1990.',
        'pages 112-118',
        'ISBN 978-2-07-036822-8',
        '1 000 000 000 euros',
        'me@home',
        'RFC 6962',
        'std::string',
    ],
)
def test_other_numbers_stay(text):
    counts: Counter[str] = Counter()
    assert (scrubbed(text, counts), dict(counts)) == (text, {})


def test_hostile_text_does_not_stall():
    for piece in ('a', '1', '1 ', '+1 ', 'a.', 'a@', '1.', '1:', '(1', 'tel '):
        scrubbed(piece * (200_000 // len(piece)), Counter())
