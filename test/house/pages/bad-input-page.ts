import { globSync, readFileSync } from 'node:fs'
import { ROOT } from '../declarations.ts'
import { code, table } from '../markdown.ts'

/** One kind of wrong input, what it is answered with, and the codes that answer carries. */
export interface BadInput {
  readonly id: string
  readonly what: string
  readonly answer: string
  readonly codes: readonly string[]
}

const bad = (id: string, what: string, answer: string, ...codes: string[]): BadInput => ({ id, what, answer, codes })

/** The catalogue, as far as this release meets it: H at the HTTP doors, X in X12 files, E in EDIFACT files, C in flat files, N in numbers, dates and text, W in webhooks, S in files. */
export const BAD_INPUTS: readonly BadInput[] = [
  bad('H01', 'JSON that breaks off or goes on after its end', '400', 'XD_GATEWAY_JSON_MALFORMED'),
  bad('H02', 'a body over the limit, with or without a length', '413; no more is read', 'XD_GATEWAY_BODY_TOO_LARGE'),
  bad('H03', 'nesting of 10,000 levels', '400; 32 are allowed', 'XD_GATEWAY_JSON_TOO_DEEP'),
  bad('H04', '`__proto__` and its like as members', '400', 'XD_GATEWAY_JSON_FORBIDDEN_KEY'),
  bad('H05', 'a member twice', '400; the last one never wins', 'XD_GATEWAY_JSON_DUPLICATE_KEY'),
  bad(
    'H06',
    'a number that a double cannot keep, or a quantity that is no text',
    '422, never rounded',
    'XD_GATEWAY_NUMBER_OUT_OF_RANGE',
    'XD_DOCUMENTS_NUMBER_NOT_TEXT',
    'XD_DOCUMENTS_NUMBER_OUT_OF_RANGE',
  ),
  bad(
    'H07',
    'invalid UTF-8, half a surrogate pair, U+0000',
    '400 or 422',
    'XD_GATEWAY_TEXT_INVALID',
    'XD_DOCUMENTS_TEXT_INVALID',
  ),
  bad('H08', 'a content type that is none, or not taken', '415', 'XD_GATEWAY_CONTENT_TYPE'),
  bad(
    'H09',
    'a compressed body that is huge when opened',
    '413 at the limit of the opened body',
    'XD_GATEWAY_BODY_TOO_LARGE',
  ),
  bad('H10', 'headers or a body at one byte a second', '408, and closed', 'XD_GATEWAY_REQUEST_TIMEOUT'),
  bad('H11', 'requests that two parsers read differently', '400, and closed', 'XD_GATEWAY_REQUEST_MALFORMED'),
  bad(
    'H12',
    'members nobody knows, such as a status',
    '422 with a pointer for each',
    'XD_GATEWAY_UNKNOWN_FIELD',
    'XD_DOCUMENTS_UNKNOWN_FIELD',
  ),
  bad(
    'H13',
    'the id of another tenant',
    '404, the same as for no such id',
    'XD_INTAKE_ORDER_UNKNOWN',
    'XD_VISIBILITY_UNKNOWN_KEY',
  ),
  bad(
    'H14',
    'no idempotency key where one is needed, or one that is none',
    '400',
    'XD_GATEWAY_IDEMPOTENCY_KEY_MISSING',
    'XD_GATEWAY_IDEMPOTENCY_KEY_INVALID',
  ),
  bad(
    'H15',
    'a key again: same body, other body, still under way',
    'the first answer; 422; 409 with `Retry-After`',
    'XD_INTAKE_IDEMPOTENCY_KEY_REUSED',
    'XD_INTAKE_IN_FLIGHT',
  ),
  bad(
    'H16',
    'a page of a billion, a forged cursor, an unknown sort',
    '400',
    'XD_GATEWAY_QUERY_INVALID',
    'XD_GATEWAY_CURSOR_INVALID',
  ),
  bad(
    'H17',
    'TRACE, other methods, a method in a header',
    '405; the header is ignored',
    'XD_GATEWAY_METHOD_NOT_ALLOWED',
  ),
  bad('H18', 'a correlation id with line ends or 8 KB', 'taken, with an id of ours'),
  bad(
    'H19',
    'a path with `%2e%2e%2f`, `%00` or overlong UTF-8',
    '400 or 404',
    'XD_GATEWAY_PATH_INVALID',
    'XD_GATEWAY_NOT_FOUND',
  ),
  bad(
    'H20',
    'an order with no lines, 10,001 lines, or a line number twice',
    '422',
    'XD_DOCUMENTS_LINES_NONE',
    'XD_DOCUMENTS_LINES_TOO_MANY',
    'XD_DOCUMENTS_LINE_REPEATED',
  ),
  bad(
    'H21',
    'a client that hangs up',
    'within the body: nothing; after it: recorded, and a repeat gets the first answer',
    'XD_GATEWAY_HUNG_UP',
  ),
  bad('H22', '`X-Forwarded-For` of anybody', 'ignored, unless the proxy is listed'),
  bad(
    'X01',
    'an ISA that is no ISA; byte order mark, lead-in, wrong length',
    'quarantine and a case where sender or separators cannot be told; else tolerated and noted',
    'XD_INTAKE_INTERCHANGE_UNREADABLE',
    'XD_EDI_NO_INTERCHANGE',
    'XD_EDI_ISA_UNREADABLE',
    'XD_EDI_BYTE_ORDER_MARK',
    'XD_EDI_LEAD_IN',
    'XD_EDI_ISA_LENGTH',
  ),
  bad(
    'X02',
    'ISA13 and IEA02 differ',
    'TA1 R 001 (a partner may choose E)',
    'XD_EDI_INTERCHANGE_MISMATCH',
    'XD_INTAKE_INTERCHANGE_REJECTED',
  ),
  bad(
    'X03',
    'an interchange number again: same bytes, other bytes',
    'no effect and the stored acknowledgement; TA1 R 025 and a case',
    'XD_INTAKE_INTERCHANGE_REUSED',
  ),
  bad('X04', 'no IEA', 'TA1 R 023; nothing of it is processed', 'XD_EDI_IEA_MISSING'),
  bad(
    'X05',
    'a wrong group count; separators that clash',
    'TA1 R 021; TA1 R 026',
    'XD_EDI_GROUP_COUNT',
    'XD_EDI_SEPARATORS_CLASH',
  ),
  bad('X06', 'a sender or receiver we do not know', 'TA1 R 006 or 009', 'XD_INTAKE_INTERCHANGE_REJECTED'),
  bad(
    'X07',
    'GS06 and GE02 differ; a wrong set count',
    'AK905 4 or 5: the group is rejected, its siblings go on',
    'XD_EDI_GROUP_MISMATCH',
    'XD_EDI_SET_COUNT',
  ),
  bad(
    'X08',
    'ST02 and SE02 differ; a wrong segment count',
    'AK502 3 or 4: the set is rejected, the group partly',
    'XD_EDI_SET_MISMATCH',
    'XD_EDI_SEGMENT_COUNT',
  ),
  bad(
    'X09',
    'a set number twice in a group; BEG missing',
    'AK502 23; AK304 3',
    'XD_EDI_SET_NUMBER_TWICE',
    'XD_EDI_SEGMENT_MISSING',
  ),
  bad(
    'X10',
    'a date that does not exist, an unknown unit, `1O` as a quantity',
    'AK403 8, 7, 6; never guessed',
    'XD_EDI_ELEMENT_DATE',
    'XD_EDI_ELEMENT_CODE',
    'XD_EDI_ELEMENT_CHARACTER',
  ),
  bad(
    'X11',
    'an element too long, too short or too many; control characters',
    'AK403 5, 4, 3; AK403 6',
    'XD_EDI_ELEMENT_LONG',
    'XD_EDI_ELEMENT_SHORT',
    'XD_EDI_ELEMENT_TOO_MANY',
    'XD_EDI_ELEMENT_CHARACTER',
  ),
  bad(
    'X12',
    'test data on a production route',
    'TA1 R 020; no system is asked for anything',
    'XD_INTAKE_INTERCHANGE_REJECTED',
  ),
  bad(
    'X13',
    'a file or a set that is huge',
    'streamed; a set over the limit is rejected, AK502 5; a file over it is moved to refused/ unread, with an alert',
    'XD_EDI_SET_TOO_BIG',
  ),
  bad(
    'X14',
    'an order number again in a new envelope',
    'same content: no effect, 997 only; other content: a case',
    'XD_INTAKE_ORDER_CONFLICT',
  ),
  bad('X15', 'a change before its order', 'held for the order; a case when none comes within the partner’s limit'),
  bad(
    'X16',
    'a 997 for nothing, a 997 that refuses, no 997 in time',
    'a case each',
    'XD_INTAKE_ACKNOWLEDGEMENT_UNKNOWN',
    'XD_INTAKE_DOCUMENT_REFUSED',
    'XD_INTAKE_ACKNOWLEDGEMENT_OVERDUE',
  ),
  bad('X17', 'a gap in the interchange numbers', 'accepted; the gap is listed until it is filled'),
  bad('C01', 'a quote that is never closed', 'the file is refused, with the line', 'XD_EDI_FLAT_QUOTE_OPEN'),
  bad(
    'C02',
    'a column that is missing, extra, renamed, or there twice',
    'the file is refused, and the difference shown',
    'XD_EDI_FLAT_HEADER_DIFFERS',
    'XD_EDI_FLAT_HEADER_MISSING',
  ),
  bad(
    'C03',
    'a row with too many or too few cells',
    'all or nothing: the file is refused; where rows may be skipped it is parked from 1 % on',
    'XD_EDI_FLAT_CELLS_DIFFER',
    'XD_INTAKE_FILE_FAULTY',
    'XD_INTAKE_FILE_PARKED',
  ),
  bad('C04', 'a cell that a spreadsheet would run', 'kept as text; written for people with an apostrophe'),
  bad(
    'C05',
    'bytes of another character set, NUL, mixed line ends',
    'the file is refused, with the offset of the byte',
    'XD_EDI_FLAT_CHARSET_INVALID',
    'XD_EDI_FLAT_NEWLINES_MIXED',
  ),
  bad('C06', 'a line of 100 MB', 'refused at 1 MiB, and not kept', 'XD_EDI_FLAT_LINE_TOO_LONG'),
  bad(
    'C07',
    'fixed width: a short record, a character that shifts the fields, a wrong count or hash total',
    'the file is refused',
    'XD_EDI_FLAT_RECORD_SHORT',
    'XD_EDI_FLAT_RECORD_LONG',
    'XD_EDI_FLAT_RECORD_MISSING',
    'XD_EDI_FLAT_TOTAL_DIFFERS',
  ),
  bad('E01', 'another reference in UNZ than in UNB', 'CONTRL 4, error 28', 'XD_EDI_EDIFACT_INTERCHANGE_MISMATCH'),
  bad(
    'E02',
    'a wrong count in UNZ or UNT',
    'CONTRL 4 for the interchange or the message, error 29',
    'XD_EDI_EDIFACT_INTERCHANGE_COUNT',
    'XD_EDI_EDIFACT_SEGMENT_COUNT',
  ),
  bad('E03', 'an interchange reference again', 'CONTRL 4, error 26'),
  bad(
    'E04',
    'a syntax nobody knows; characters outside of the declared set',
    'error 2; error 21, and what is not UTF-8 either is not guessed',
    'XD_EDI_EDIFACT_SYNTAX_UNKNOWN',
    'XD_EDI_EDIFACT_REPERTOIRE',
    'XD_EDI_EDIFACT_CHARACTERS_OTHER',
    'XD_EDI_EDIFACT_CHARACTERS_UNSURE',
  ),
  bad(
    'E05',
    'service characters that clash, a release character or terminator that is missing its other half',
    'read as UNA says, or error 22',
    'XD_EDI_EDIFACT_UNA_UNUSABLE',
    'XD_EDI_EDIFACT_DECIMAL_MARK',
    'XD_EDI_EDIFACT_DANGLING_RELEASE',
    'XD_EDI_EDIFACT_NO_LAST_TERMINATOR',
  ),
  bad('E06', 'an unknown sender or recipient', 'CONTRL 4, error 23, 43 or 7'),
  bad(
    'E07',
    'a mandatory segment or element that is missing',
    'error 13 on that message only; its siblings go on',
    'XD_EDI_EDIFACT_SEGMENT_MISSING',
    'XD_EDI_EDIFACT_ELEMENT_MISSING',
  ),
  bad('E08', '`1.234,56` where the point is the mark', 'error 19', 'XD_EDI_EDIFACT_ELEMENT_DECIMAL'),
  bad(
    'C08',
    'a full-stock snapshot that is empty, or shorter than the book by 90 %',
    'parked with a case; a person who releases it lets it through, and no stock is zeroed',
    'XD_INTAKE_SNAPSHOT_SHRANK',
  ),
  bad(
    'N01',
    '“1,234” and other numbers that could mean two things',
    '422',
    'XD_DOCUMENTS_NUMBER_AMBIGUOUS',
    'XD_DOCUMENTS_NUMBER_MALFORMED',
    'XD_EDI_FLAT_NUMBER_AMBIGUOUS',
  ),
  bad('N02', 'a quantity of zero, below it, or above 10⁹', '422', 'XD_DOCUMENTS_NUMBER_OUT_OF_RANGE'),
  bad(
    'N03',
    'a total that differs by more than a cent',
    'taken, and held for a person; nothing is corrected',
    'XD_DOCUMENTS_TOTAL_DIFFERS',
    'XD_DOCUMENTS_NUMBER_SCALE',
  ),
  bad(
    'N04',
    'a unit without a conversion, or with two; half a piece',
    '422, never one to one',
    'XD_INTAKE_UOM_CONVERSION',
    'XD_INVENTORY_UOM_CONVERSION',
  ),
  bad('N05', 'a date or instant that does not exist or could be several', '422', 'XD_DOCUMENTS_DATE_INVALID'),
  bad('N06', 'numbers that look like figures; a wrong check digit', 'kept as text; 422', 'XD_DOCUMENTS_CHECK_DIGIT'),
  bad(
    'N07',
    'invisible characters, bidirectional overrides, letters of another script',
    '422; decomposed letters are composed',
    'XD_DOCUMENTS_TEXT_INVALID',
    'XD_DOCUMENTS_TEXT_MIXED_SCRIPT',
  ),
  bad('N08', 'text longer than its field', '422, not cut', 'XD_DOCUMENTS_TEXT_LENGTH'),
  bad(
    'N09',
    'a serial twice in one shipment',
    'refused, and a case',
    'XD_INTAKE_SERIAL_REPEATED',
    'XD_DOCUMENTS_SERIAL_REPEATED',
  ),
  bad(
    'M11',
    'an AS2 message id again',
    'its receipt again, and no effect; with other content what it says itself decides (its control number), and a case says that the id came twice',
    'XD_HUB_AS2_ID_REUSED',
  ),
  bad(
    'M12',
    'an AS2 message that cannot be opened, is signed by a stranger, or less secured than agreed',
    'a receipt that says processed/error and why, or 422 where none is wanted; no effect, one case per partner and cause',
    'XD_GATEWAY_AS2_REFUSED',
  ),
  bad('M13', 'an AS2 message that names an address for its receipt', 'it goes to the agreed address and no other'),
  bad(
    'M14',
    'a receipt of other or no content, about another message, not signed, or for nothing',
    'the message stays unconfirmed: tried again, then a case',
    'XD_GATEWAY_AS2_RECEIPT_UNKNOWN',
  ),
  bad(
    'S01',
    'a file that grows or whose writer pauses, without its agreed marker, or with the name of one that is not whole',
    'left alone until it has not changed for 5 s (X12 and EDIFACT with their trailer: for a look); with a marker agreed, until one that is not older is there',
  ),
  bad(
    'S02',
    'file names with paths, line ends, bidirectional marks or 300 characters',
    'taken under a name of ours; the name is data',
  ),
  bad(
    'S03',
    'a file name again: other bytes, same bytes',
    'another file; a repeat without effect, said aloud; a flat file that says again what an earlier one said is news',
  ),
  bad('S04', 'links, devices and folders among the files', 'left alone, with an alert'),
  bad(
    'S05',
    'an archive: not agreed; or a bomb, an archive in it, a name that leads out of it',
    'kept in quarantine with a case; nothing of it is opened',
    'XD_INTAKE_ARCHIVE_UNEXPECTED',
    'XD_INTAKE_ARCHIVE_UNSAFE',
  ),
  bad(
    'S06',
    'a server with another host key, or another certificate',
    'nothing is sent to it or read from it until a person says so',
    'XD_SFTP_HOST_KEY_CHANGED',
    'XD_FTPS_CERTIFICATE_REFUSED',
  ),
  bad('S07', 'a file that cannot be moved once it is taken in', 'no second effect, and an alert'),
  bad('S08', 'a transfer that breaks off half way', 'fetched again; the half is never read'),
  bad('S09', 'an upload whose last reply is lost', 'looked for before it is sent again'),
  bad(
    'W01',
    'a webhook whose signature is missing, bad, or of another secret',
    '401 before the body is read as anything',
    'XD_GATEWAY_SIGNATURE_MISSING',
    'XD_GATEWAY_SIGNATURE_WRONG',
  ),
  bad('W02', 'a webhook signed more than five minutes from now', '401', 'XD_GATEWAY_SIGNATURE_OLD'),
  bad('W03', 'a webhook id again', '200, and no effect'),
  bad(
    'W04',
    'signatures of an old and a new secret, and of unknown versions',
    'either is believed; unknown ones are ignored',
  ),
  bad('W05', 'a webhook that says something nobody here knows', '202, kept and parked with a case'),
]

const HEAD = `# Wrong input and what becomes of it

Generated by \`npm run -s docs\`: each kind of wrong input by its id in the catalogue, the answer, its codes
([errors](errors.md)), and the tests whose titles name it. A test fails when an id is shown by none.

After each of them: no effect, a capped row about the refusal (or, where the sender was admitted, the bytes in quarantine),
other senders and connections undisturbed, and no stack, statement or echo in the answer.

M01 to M10 of the catalogue are about XML: document types, entities, envelopes, signatures and replayed time stamps of
WS-Security or SAML. They belong to SOAP doors, and there are none yet: XML that comes is bytes that nobody can read. A
replay at the doors there are is W02, W03 and M11.`

const TITLE = /(?:\b(?:test|describe|it)(?:\.each)?\(\s*|^\s*\[\s*|\]\)\(\s*)(['"`])(.*?)\1/gms
/** `H01 truncated JSON`, `X02, X04: no trailer`, `half a piece is refused (N04)`; “X12 files” is no id. */
const NAMED = /^((?:[HXNWSCEM]\d\d, )*[HXNWSCEM]\d\d)(?::|(?<!X12) )|\(([HXNWSCEM]\d\d)\)$/

/** Which test files name an id of the catalogue: in a title, or in the row of a table of cases. */
export function testsById(): Map<string, Set<string>> {
  const found = new Map<string, Set<string>>()
  for (const file of globSync('{src,test}/**/{*.test.ts,testing/*.ts}', { cwd: ROOT }).sort()) {
    for (const [, , title] of readFileSync(ROOT + file, 'utf8').matchAll(TITLE)) {
      const named = NAMED.exec(title as string)
      for (const id of (named?.[1] ?? named?.[2] ?? '').split(', ').filter((one) => one !== '')) {
        found.set(id, (found.get(id) ?? new Set<string>()).add(file))
      }
    }
  }
  return found
}

/** `docs/reference/bad-input.md`. */
export function badInputPage(): string {
  const shown = testsById()
  const rows = BAD_INPUTS.map(({ id, what, answer, codes }) => [
    id,
    what,
    answer,
    codes.map((one) => `[${one}](errors.md#${one.toLowerCase()})`).join(' '),
    [...(shown.get(id) ?? [])].map(code).join(' '),
  ])
  return `${HEAD}\n\n${table(['id', 'input', 'answer', 'codes', 'shown by'], rows)}\n`
}
