import { describe, expect, test } from 'vitest';
import { Budget } from './budget.ts';
import { detectPersonalData } from './detect.ts';

const kinds = (...texts: string[]) => detectPersonalData(texts);

describe('finds', () => {
  test.each([
    ['Write to jane.doe@example.org, please.'],
    ['Écrivez à anne-lise@université.fr avant lundi'],
    ['<mailto:a+b@mail.example.co.uk>'],
    ['{"to":"a@b.co"}'],
    ['jane＠example.org'],
  ])('an e-mail address: %s', (text) => expect(kinds(text)).toEqual(['email']));

  test.each([
    ['Appelle-moi au 06 12 34 56 78.'],
    ['mon numéro : 06.12.34.56.78'],
    ['0612345678'],
    ['06 12 34 56 78 et 85 ans'],
    ['06\u202f12\u202f34\u202f56\u202f78'],
    ['٠٦١٢٣٤٥٦٧٨'],
    ['+33 6 12 34 56 78'],
    ['0033 6 12 34 56 78'],
    ['+351 912 345 678 12 rue de la Paix'],
    ['Ring me on 020 7946 0958'],
    ['Mein Handy: 01512 3456789'],
    ['0171/1234567'],
    ['+49 (0)30 901820'],
    ['0470 12 34 56'],
    ['call me at 612 345 678'],
    ['(415) 555-2671'],
    ['tel:+32470123456'],
  ])('a telephone number: %s', (text) => expect(kinds(text)).toEqual(['phone']));

  test.each([
    ['FR76 3000 6000 0112 3456 7890 189'],
    ['de89370400440532013000'],
    ['GB29 NWBK 6016 1331 9268 19 merci'],
    ['BE68-5390-0754-7034'],
    ['Mon compte est le NL91ABNA0417164300.'],
  ])('an IBAN: %s', (text) => expect(kinds(text)).toEqual(['iban']));

  test.each([['4111 1111 1111 1111'], ['5555555555554444'], ['3782 822463 10005']])('a payment card: %s', (text) =>
    expect(kinds(text)).toEqual(['payment-card']),
  );

  test.each([
    ['FR', '1 85 05 78 006 084 91'],
    ['FR, Corsica', '2 55 08 2A 004 025 70'],
    ['BE', '85.07.30-033.28'],
    ['DE', '36574261809'],
    ['DE, announced', 'Steuer-ID: 36 574 261 809'],
    ['PL', 'PESEL 44051401359'],
    ['EE', '37605030299'],
    ['LT', '33309240064'],
    ['GR', '01013099997'],
    ['NO', '151086 95088'],
    ['HR', 'OIB 33392005961'],
    ['TR', 'T.C. Kimlik No 17291716060'],
    ['LV', '161175-19997'],
    ['RO', '1630615123457'],
    ['SI', '0101006500006'],
    ['RS', '0101006500006'],
    ['CH', '756.9217.0769.85'],
    ['SE', '880320-0016'],
    ['DK', '211062-5629'],
    ['CZ', '710319/2745'],
    ['AT', 'SVNR 1237 010180'],
    ['BG', 'ЕГН 7523169263'],
    ['UA', 'РНОКПП 1759013776'],
    ['PT', 'NIF 123456789'],
    ['NL', 'BSN: 111222333'],
    ['US', '536-90-4399'],
    ['BR', '390.533.447-05'],
    ['ES', 'DNI 12345678Z'],
    ['ES, foreigner', 'X1234567L'],
    ['IT', 'RSSMRA85T10A562S'],
    ['GB', 'AB 12 34 56 C'],
    ['IE', '6433435F'],
    ['FI', '131052-308T'],
  ])('a national identity number (%s): %s', (_, text) => expect(kinds(text)).toEqual(['national-id']));

  test('every kind at once, in any of several texts', () => {
    expect(kinds('hello', 'a@b.example, 06 12 34 56 78', 'FR76 3000 6000 0112 3456 7890 189', '12345678Z')).toEqual([
      'email',
      'iban',
      'national-id',
      'phone',
    ]);
  });
});

describe('leaves alone', () => {
  test.each([
    ['In 2024 and 2025, 1,234,567 people came.'],
    ['Entre 2019 et 2023 : 45 678 912 tonnes'],
    ['le 01/02/2024 à 10h30'],
    ['01.02.2024 10.30'],
    ['1914-1918, 1939-1945'],
    ['prix : 1 234 567,89 €'],
    ['$12,345,678.90'],
    ['678 123 456 habitants'],
    ['a population of 447 319 916'],
    ['10 000 000 000 FCFA'],
    ['12345678 habitants'],
    ['3.14159265358979'],
    ['0,0612345678'],
    ['0.0612345678'],
    ['1 2 3 4 5 6 7 8 9 10 11 12'],
    ['1024 2048 4096 8192'],
    ['550e8400-e29b-41d4-a716-446655440000'],
    ['9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08'],
    ['ISBN 0-306-40615-2'],
    ['ISBN 978-0-306-40615-7'],
    ['version 1.20.300.4000'],
    ['192.168.001.001'],
    ['port 8080, 443, 3000, 5432'],
    ['2026-11-22T17:09:59.123Z'],
    ['1700000000000 ms'],
    ['order 20240115-0001'],
    ['RFC 6962, RFC 9162 and RFC 8785'],
    ['npm install @scope/pkg pkg@1.2.3'],
    ['@Component class'],
    ['user@localhost'],
    ['git clone git@github.com:org/repo.git'],
    ['id_0612345678x'],
    ['4111 1111 1111 1112'],
    ['12345678A'],
    ['FR76 3000 6000 0112 3456 7890 188'],
    ['What is a vault?'],
    [''],
  ])('%s', (text) => expect(kinds(text)).toEqual([]));
});

test('says that it did not see everything when there is more than it may examine', () => {
  const numbers = Array.from({ length: 50 }, (_, at) => `${123_456_700 + at};`).join(' ');
  expect(detectPersonalData([numbers], new Budget(1000))).toEqual([]);
  expect(detectPersonalData([numbers], new Budget(10))).toEqual(['unexamined']);
});

test.each([
  ['ones', '1 '],
  ['pairs', '12 '],
  ['leading zeros', '0123456789 '],
  ['at signs', '@'],
  ['beginnings of addresses', 'a@'],
  ['dotted words', 'a.'],
  ['endless domains', `x@${'a-'.repeat(20)}`],
  ['beginnings of IBANs', 'FR76 '],
  ['beginnings of numbers', '+1234567 '],
  ['one endless number', '1'],
  ['dashes', '1-'],
  ['gaps', '1   '],
  ['brackets', '1((('],
  ['tax codes cut short', 'ABCDEF12'],
])('comes to an end on 8 MB of %s, and does not find anything that is not there', { timeout: 60_000 }, (_, unit) => {
  const found = kinds(unit.repeat(Math.ceil(8_000_000 / unit.length)));
  expect(['', 'unexamined', 'phone,unexamined']).toContain(found.join());
});
