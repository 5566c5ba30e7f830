import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { decodeJwt, decodeProtectedHeader } from 'jose'
import { alice, basic, bookshop, mobileApp, openApi, projectApi, reader, reportJob, userApi } from './support/people.ts'
import { startAuth, type TestAuth } from './support/start-auth.ts'

let auth: TestAuth
beforeAll(async () => {
  auth = await startAuth()
})
afterAll(() => auth.stop())

describe('authorization_code', () => {
  test('a code gives an access token, a refresh token and, with openid, an ID token (RFC 6749 section 4.1.4)', async () => {
    const { code, verifier, params } = await auth.approve(alice, { client: bookshop, nonce: 'n-1' })
    expect(params).toEqual({ code, state: 'xyz', iss: auth.url })

    const { status, body, headers } = await auth.redeem(bookshop, { code, verifier })
    expect({ status, body }).toMatchObject({
      status: 200,
      body: { token_type: 'Bearer', expires_in: 600, scope: 'openid learning:read' },
    })
    expect(headers.get('cache-control')).toBe('no-store')
    expect(headers.get('pragma')).toBe('no-cache')
    expect(body.refresh_token).toMatch(/^[\w-]{43}$/)

    expect(decodeProtectedHeader(body.access_token)).toMatchObject({ alg: 'ES256', typ: 'at+jwt' })
    const access = decodeJwt(body.access_token)
    expect(access).toMatchObject({
      iss: auth.url,
      sub: alice.sub,
      aud: [openApi.resource, auth.url],
      client_id: 'bookshop',
      scope: 'openid learning:read',
    })
    expect(access).toMatchObject({
      jti: expect.any(String),
      grant_id: expect.any(String),
      sid: expect.any(String),
      auth_time: expect.any(Number),
    })
    expect((access.exp ?? 0) - (access.iat ?? 0)).toBe(600)

    expect(decodeProtectedHeader(body.id_token)).toMatchObject({ alg: 'RS256' })
    const id = decodeJwt(body.id_token)
    expect(id).toMatchObject({
      iss: auth.url,
      sub: alice.sub,
      aud: 'bookshop',
      nonce: 'n-1',
      amr: ['pwd'],
      sid: access['sid'],
      auth_time: access['auth_time'],
    })
    expect(id['at_hash']).toMatch(/^[\w-]{22}$/)
  })

  test('with resource the token is for that API alone (RFC 8707 section 2.2)', async () => {
    const approved = await auth.approve(alice, { client: bookshop, resource: openApi.resource })
    const { body } = await auth.redeem(bookshop, approved)
    expect(decodeJwt(body.access_token).aud).toEqual([openApi.resource, auth.url])
    const other = await auth.approve(alice, { client: bookshop, resource: openApi.resource })
    expect((await auth.redeem(bookshop, other, { resource: 'http://elsewhere' })).body.error).toBe('invalid_target')
    expect((await auth.redeem(bookshop, other)).status).toBe(200)
  })
})

describe('refresh_token', () => {
  const signedIn = async () => (await auth.passwordGrant(alice)).body

  test('a refresh token is used once and followed by another (RFC 9700 section 4.14.2)', async () => {
    const { refresh_token } = await signedIn()
    const { status, body } = await auth.refresh(mobileApp, refresh_token)
    expect(status).toBe(200)
    expect(body.refresh_token).not.toBe(refresh_token)
    expect((await auth.refresh(mobileApp, body.refresh_token)).status).toBe(200)
  })

  test('within the grace a repeated refresh gives the same successor and a fresh access token', async () => {
    const { refresh_token } = await signedIn()
    const [first, second] = await Promise.all([auth.refresh(mobileApp, refresh_token), auth.refresh(mobileApp, refresh_token)])
    auth.clock.advance(29_999)
    const third = await auth.refresh(mobileApp, refresh_token)
    expect(new Set([first, second, third].map(({ body }) => body.refresh_token)).size).toBe(1)
    expect(new Set([first, second, third].map(({ body }) => body.access_token)).size).toBe(3)
  })

  test('asking for less narrows the access token only; asking for more loses nothing (RFC 6749 section 6)', async () => {
    const { refresh_token } = (await auth.passwordGrant(alice, { scope: 'user:read project:read' })).body
    expect((await auth.refresh(mobileApp, refresh_token, { scope: 'user:read learning:read' })).body.error).toBe('invalid_scope')
    const less = (await auth.refresh(mobileApp, refresh_token, { scope: 'user:read' })).body
    expect(decodeJwt(less.access_token)).toMatchObject({ scope: 'user:read', aud: userApi.resource })
    expect((await auth.refresh(mobileApp, less.refresh_token)).body.scope).toBe('user:read project:read')
  })

  test('it lives 30 days unused and 180 days in all', async () => {
    const idle = await signedIn()
    let { refresh_token } = await signedIn()
    auth.clock.advance(30 * 86_400_000)
    expect((await auth.refresh(mobileApp, idle.refresh_token)).body.error).toBe('invalid_grant')
    ;({ refresh_token } = await signedIn())
    for (let days = 25; days < 180; days += 25) {
      auth.clock.advance(25 * 86_400_000)
      ;({ refresh_token } = (await auth.refresh(mobileApp, refresh_token)).body)
    }
    auth.clock.advance(5 * 86_400_000)
    expect((await auth.refresh(mobileApp, refresh_token)).body.error).toBe('invalid_grant')
  })
})

describe('password', () => {
  test('our own app signs in with name and password (RFC 6749 section 4.3)', async () => {
    const { status, body } = await auth.passwordGrant(alice, { scope: 'openid user:read project:read' })
    expect({ status, body }).toMatchObject({
      status: 200,
      body: { token_type: 'Bearer', scope: 'openid user:read project:read' },
    })
    expect(decodeJwt(body.access_token)).toMatchObject({
      sub: alice.sub,
      aud: [userApi.resource, projectApi.resource, auth.url],
      sid: expect.any(String),
    })
  })

  test('a name is compared without regard to case or width', async () => {
    for (const username of ['alice', 'ALICE', ' Ａlice '])
      expect((await auth.passwordGrant({ ...alice, username })).status).toBe(200)
  })

  test('a wrong password and an unknown name are told in the same words', async () => {
    const wrong = await auth.passwordGrant({ ...alice, password: 'wrong' })
    const unknown = await auth.passwordGrant({ ...alice, username: 'nobody' })
    expect(wrong).toMatchObject({ status: 400, body: { error: 'invalid_grant' } })
    expect(unknown.body).toEqual(wrong.body)
  })

  test('it is for first-party clients only', async () => {
    expect((await auth.passwordGrant(alice, {}, bookshop)).body.error).toBe('unauthorized_client')
  })
})

describe('client_credentials', () => {
  test('a server gets a token for itself, without refresh token and without Grant (RFC 6749 section 4.4.3)', async () => {
    const { status, body } = await auth.token(reportJob, { grant_type: 'client_credentials' })
    expect({ status, body }).toEqual({
      status: 200,
      body: { access_token: expect.any(String), token_type: 'Bearer', expires_in: 600, scope: 'user:list learning:read' },
    })
    const claims = decodeJwt(body.access_token)
    expect(claims).toMatchObject({ sub: 'report-job', client_id: 'report-job', aud: [userApi.resource, openApi.resource] })
    expect(claims).not.toHaveProperty('grant_id')
  })

  test('scope and resource narrow it; what is not registered is dropped', async () => {
    const narrowed = await auth.token(reportJob, { grant_type: 'client_credentials', resource: openApi.resource })
    expect(narrowed.body.scope).toBe('learning:read')
    const dropped = await auth.token(reportJob, {
      grant_type: 'client_credentials',
      scope: 'openid user:list project:write nonsense',
    })
    expect(dropped.body.scope).toBe('user:list')
    for (const scope of ['openid', 'project:write', 'bad"scope']) {
      expect((await auth.token(reportJob, { grant_type: 'client_credentials', scope })).body.error).toBe('invalid_scope')
    }
    expect((await auth.token(reportJob, { grant_type: 'client_credentials', resource: projectApi.resource })).body.error).toBe(
      'invalid_scope',
    )
  })
})

describe('client authentication', () => {
  const grant = { grant_type: 'client_credentials' }

  test('a wrong secret is 401 invalid_client, with a challenge when Basic was used (RFC 6749 section 5.2)', async () => {
    const wrong = await auth.post('/oauth2/token', grant, { authorization: basic('report-job', 'wrong') })
    expect(wrong).toMatchObject({ status: 401, body: { error: 'invalid_client' } })
    expect(wrong.headers.get('www-authenticate')).toContain('Basic')
    const unknown = await auth.post('/oauth2/token', grant, { authorization: basic('nobody', 'wrong') })
    expect(unknown.body).toEqual(wrong.body)
    const inForm = await auth.post('/oauth2/token', { ...grant, client_id: 'library', client_secret: 'wrong' })
    expect(inForm.status).toBe(401)
    expect(inForm.headers.get('www-authenticate')).toBeNull()
  })

  test('nobody, half a header, broken encodings and another scheme are 401, never 500', async () => {
    const headers = [
      '',
      'Basic',
      'Basic !!!',
      `Basic ${Buffer.from('no colon').toString('base64')}`,
      `Basic ${Buffer.from('%zz:x').toString('base64')}`,
      'Bearer x',
      'Digest x',
    ]
    for (const authorization of headers) {
      const { status, body } = await auth.post('/oauth2/token', grant, authorization ? { authorization } : {})
      expect({ authorization, status, error: body.error }).toEqual({ authorization, status: 401, error: 'invalid_client' })
    }
  })

  test('two ways at once are refused (RFC 6749 section 2.3)', async () => {
    const both = { ...grant, client_id: 'report-job', client_secret: reportJob.secret ?? '' }
    const answer = await auth.post('/oauth2/token', both, { authorization: basic('report-job', reportJob.secret ?? '') })
    expect(answer).toMatchObject({ status: 400, body: { error: 'invalid_request' } })
  })

  test('a confidential client cannot pass for a public one, nor use the other place for its secret', async () => {
    expect((await auth.post('/oauth2/token', { ...grant, client_id: 'report-job' })).status).toBe(401)
    expect(
      (await auth.post('/oauth2/token', { ...grant, client_id: 'report-job', client_secret: reportJob.secret ?? '' })).status,
    ).toBe(401)
  })

  test('a client uses the grants it registered for', async () => {
    expect((await auth.token(reader, grant)).body.error).toBe('unauthorized_client')
    expect((await auth.token(reportJob, { grant_type: 'authorization_code', code: 'x' })).body.error).toBe('unauthorized_client')
    expect((await auth.token(reportJob, { grant_type: 'magic"' })).body).toEqual({
      error: 'unsupported_grant_type',
      error_description: 'the grant type magic? is not known here',
    })
    expect((await auth.token(reportJob, {})).body.error).toBe('invalid_request')
  })
})

describe('bad input', () => {
  test('repeated parameters, wrong types and large bodies are 400 or 413, never 500', async () => {
    const authorization = basic('report-job', reportJob.secret ?? '')
    const bodies: Array<[string, number, Record<string, string>?]> = [
      ['grant_type=client_credentials&grant_type=password', 400],
      ['grant_type=client_credentials&scope=a&scope=b', 400],
      ['grant_type=%zz', 400],
      ['grant_type=%ff', 400],
      ['{"grant_type":"client_credentials"}', 400, { 'content-type': 'application/json' }],
      ['grant_type=client_credentials', 400, { 'content-type': 'text/plain' }],
      ['grant_type[$ne]=x', 400],
      ['__proto__=x&constructor=y', 400],
      [`grant_type=client_credentials&x=${'x'.repeat(65_536)}`, 413],
    ]
    for (const [body, status, headers] of bodies) {
      const answer = await auth.post('/oauth2/token', body, { authorization, ...headers })
      expect({ body: body.slice(0, 60), status: answer.status, error: answer.body.error }).toEqual({
        body: body.slice(0, 60),
        status,
        error: 'invalid_request',
      })
    }
  })

  test('resource may be repeated (RFC 8707 section 2)', async () => {
    const body = new URLSearchParams([
      ['grant_type', 'client_credentials'],
      ['resource', userApi.resource],
      ['resource', openApi.resource],
    ])
    const answer = await auth.post('/oauth2/token', body, { authorization: basic('report-job', reportJob.secret ?? '') })
    expect(answer.status).toBe(200)
  })

  test('other methods are refused', async () => {
    expect((await auth.get('/oauth2/token')).status).toBe(405)
  })
})
