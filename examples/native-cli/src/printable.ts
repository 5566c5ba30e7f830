/** A line without what a terminal would act on: names and titles are written by others. */
export const printable = (line: string): string => line.replace(/[\p{Cc}\p{Bidi_Control}\u2028\u2029]/gu, '\ufffd')
