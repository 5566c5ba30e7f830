/** The authentication context classes there are, and what each says of the methods that were used (RFC 8176). */
const classes: ReadonlyArray<{ acr: string; isMetBy(amr: readonly string[]): boolean }> = [
  { acr: 'urn:menshen:acr:1fa', isMetBy: (amr) => amr.length > 0 },
]

/** `acr_values_supported` (OpenID Connect Discovery section 3). */
export const acrs: readonly string[] = classes.map(({ acr }) => acr)

/** The strongest class that a sign-in by these methods meets (OpenID Connect Core section 2). */
export const acrOf = (amr: readonly string[]): string | undefined => classes.findLast(({ isMetBy }) => isMetBy(amr))?.acr
