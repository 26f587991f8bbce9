import { csv, type FlatLayout, fixedWidth } from '../../src/edi/flat/layout.ts'

/** A file of the corpus under a layout that somebody declared for it. */
export interface DeclaredFile {
  readonly file: string
  /** What is special about the declaration. */
  readonly declared: string
  readonly layout: FlatLayout
}

const weather = {
  DATE: { type: 'instant', required: true },
  'HIGH TEMP C': { type: 'decimal' },
  'LOW TEMP F': { type: 'decimal' },
  'WIND DIR': {},
  'WIND SPEED KMH': { type: 'integer' },
  NOTE: {},
  LAT: { type: 'decimal' },
  LONG: { type: 'decimal' },
  'UV INDEX': {},
} as const

const weatherCsv = {
  delimiter: '|',
  numbers: { point: '.' },
  instants: 'YYYY/MM/DDTHH:mm:ssZ',
  columns: weather,
} as const

const four = { a: {}, b: {}, c: {}, d: {} } as const

const weatherLine = {
  date: { at: 1, length: 24, type: 'instant', form: 'YYYY/MM/DDTHH:mm:ssZ', required: true },
  high: { at: 25, length: 5, type: 'decimal' },
  low: { at: 30, length: 5, type: 'decimal' },
  wind: { at: 36, length: 2 },
  speed: { at: 38, length: 3, type: 'integer' },
  latitude: { at: 41, length: 9, type: 'decimal' },
  longitude: { at: 50, length: 9, type: 'decimal' },
} as const

/** A file of tagged lines: `V020 value`. */
const parcels = {
  tag: { at: 1, length: 1 },
  records: {
    sender: { tag: 'A', fields: { line: { at: 2, length: 3, required: true }, value: { at: 6, length: 40 } } },
    parcel: { tag: 'V', fields: { line: { at: 2, length: 3, required: true }, value: { at: 6, length: 40 } } },
    end: { tag: 'Z', fields: { line: { at: 2, length: 3, required: true }, value: { at: 6, length: 40 } } },
  },
  shortRecords: 'pad',
} as const

/** Every file of `corpus/flatfile`, some of them under two layouts. */
export const DECLARED_FILES: readonly DeclaredFile[] = [
  {
    file: 'omniparser__csv2_1_single_row.input.csv',
    declared: 'cells between `|`, quotes as in RFC 4180',
    layout: csv(weatherCsv),
  },
  {
    file: 'omniparser__csv2_1_single_row.input.csv',
    declared: '`quote: null`',
    layout: csv({ ...weatherCsv, quote: null }),
  },
  {
    file: 'omniparser__csv2_1_single_row.input.csv',
    declared: '`quote: null`, `N/A` passed over',
    layout: csv({ ...weatherCsv, quote: null, passOver: ['N/A'] }),
  },
  {
    file: 'omniparser__csv2_2_fixed_multi_row.input.csv',
    declared: 'four columns without a header, blanks trimmed',
    layout: csv({ header: false, trim: true, columns: four }),
  },
  {
    file: 'omniparser__csv2_2_fixed_multi_row.input.csv',
    declared: 'four columns with a header',
    layout: csv({ trim: true, columns: four }),
  },
  {
    file: 'omniparser__csv2_3_multi_row_headerfooter.input.csv',
    declared: 'four columns without a header, blanks trimmed',
    layout: csv({ header: false, trim: true, columns: four }),
  },
  {
    file: 'omniparser__csv2_3_multi_row_headerfooter.input.csv',
    declared: 'the same, lines `B` and `E` passed over',
    layout: csv({ header: false, trim: true, passOver: ['B', 'E'], columns: four }),
  },
  {
    file: 'omniparser__fixedlength2_1_single_row.input.txt',
    declared: 'one kind of record',
    layout: fixedWidth({ numbers: { point: '.' }, records: { day: { length: 58, fields: weatherLine } } }),
  },
  {
    file: 'omniparser__fixedlength2_1_single_row.input.txt',
    declared: 'the same, `DO NOT PROCESS` passed over',
    layout: fixedWidth({
      numbers: { point: '.' },
      passOver: ['DO NOT PROCESS'],
      records: { day: { length: 58, fields: weatherLine } },
    }),
  },
  {
    file: 'omniparser__fixedlength2_2_multi_rows.input.txt',
    declared: 'records by the tag `H001`, `H002`, blanks at the end cut off',
    layout: fixedWidth({
      tag: { at: 1, length: 4 },
      shortRecords: 'pad',
      records: {
        order: { tag: 'H001', fields: { number: { at: 25, length: 10, required: true } } },
        reference: {
          tag: 'H002',
          fields: {
            number: { at: 5, length: 10, required: true },
            kind: { at: 24, length: 3, required: true },
            value: { at: 28, length: 40 },
          },
        },
      },
    }),
  },
  {
    file: 'omniparser__fixedlength2_2_multi_rows.input.txt',
    declared: 'the same, every record whole',
    layout: fixedWidth({
      tag: { at: 1, length: 4 },
      records: {
        order: { tag: 'H001', fields: {} },
        reference: { tag: 'H002', length: 67, fields: {} },
      },
    }),
  },
  {
    file: 'omniparser__fixedlength2_3_header_footer.input.txt',
    declared: 'records by the tag `A`, `V`, `Z`, blanks at the end cut off',
    layout: fixedWidth(parcels),
  },
  {
    file: 'omniparser__fixedlength2_3_header_footer.input.txt',
    declared: 'without the record `Z`',
    layout: fixedWidth({ ...parcels, records: { sender: parcels.records.sender, parcel: parcels.records.parcel } }),
  },
]
