/** Text without blanks at its end, as `value` of a segment table has it. */
export const unpadded = (text: string): string => (text.endsWith(' ') ? text.trimEnd() : text)

/** Eight digits as a number, as `day` has it. */
export const dayIn = (text: string): number => (/^\d{8}$/.test(text) ? Number(text) : -1)
