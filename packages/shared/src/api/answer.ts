/** What a handler gives: the body and what its headers tell. */
export interface Answer<Body = unknown> {
  body?: Body
  /** Makes the `ETag`. */
  version?: number
  /** Path of what was created, under the base of the API. */
  location?: string
}

/** 200 with a body; `version` makes its ETag (RFC 9110 section 8.8.3). */
export const ok = <Body>(body: Body, { version }: { version?: number } = {}): Answer<Body> => ({
  body,
  ...(version !== undefined && { version }),
})

/** 201 with what was made, and where it is (RFC 9110 section 15.3.2). */
export const created = <Body>(location: string, body: Body, of: { version?: number } = {}): Answer<Body> => ({
  ...ok(body, of),
  location,
})

/** 204. */
export const noContent = (): Answer<undefined> => ({})
