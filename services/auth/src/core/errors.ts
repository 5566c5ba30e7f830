/** The codes this server answers with: HTTP status, and where each is defined. */
export const errorCodes = {
  invalid_request: [400, 'RFC 6749 section 5.2'],
  invalid_client: [401, 'RFC 6749 section 5.2'],
  invalid_grant: [400, 'RFC 6749 section 5.2'],
  unauthorized_client: [400, 'RFC 6749 section 5.2'],
  unsupported_grant_type: [400, 'RFC 6749 section 5.2'],
  invalid_scope: [400, 'RFC 6749 section 5.2'],
  invalid_target: [400, 'RFC 8707 section 2'],
  unsupported_response_type: [400, 'RFC 6749 section 4.1.2.1'],
  invalid_token: [401, 'RFC 6750 section 3.1'],
  insufficient_scope: [403, 'RFC 6750 section 3.1'],
  access_denied: [400, 'RFC 6749 section 4.1.2.1'],
  server_error: [500, 'RFC 6749 section 4.1.2.1'],
  temporarily_unavailable: [503, 'RFC 6749 section 4.1.2.1'],
  login_required: [400, 'OpenID Connect Core section 3.1.2.6'],
  consent_required: [400, 'OpenID Connect Core section 3.1.2.6'],
  interaction_required: [400, 'OpenID Connect Core section 3.1.2.6'],
  account_selection_required: [400, 'OpenID Connect Core section 3.1.2.6'],
  unmet_authentication_requirements: [400, 'OpenID Connect Core Error Code unmet_authentication_requirements section 3'],
  request_not_supported: [400, 'OpenID Connect Core section 3.1.2.6'],
  request_uri_not_supported: [400, 'OpenID Connect Core section 3.1.2.6'],
  registration_not_supported: [400, 'OpenID Connect Core section 3.1.2.6'],
} as const satisfies Record<string, readonly [number, string]>

export type ErrorCode = keyof typeof errorCodes

export interface ErrorExtras {
  /** For the log only. */
  detail?: Record<string, unknown>
  cause?: unknown
  /** For the HTTP answer, e.g. `retry-after`. */
  headers?: Record<string, string>
  /** Where the code's own status does not fit, e.g. 413 for a body that is too large. */
  status?: number
}

/**
 * A failure the protocol has a word for. `description` reaches the client (plain ASCII, RFC 6749 section 5.2), `detail` and `cause`
 * only the log.
 */
export class OAuthError extends Error {
  readonly code: ErrorCode
  readonly status: number
  readonly detail: Record<string, unknown>
  readonly headers: Record<string, string>

  constructor(code: ErrorCode, description: string, { detail = {}, cause, headers = {}, status }: ErrorExtras = {}) {
    super(description, { cause })
    this.name = 'OAuthError'
    this.code = code
    this.status = status ?? errorCodes[code][0]
    this.detail = detail
    this.headers = headers
  }
}
