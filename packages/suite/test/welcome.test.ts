import { expect, test } from '@jest/globals'
import { demoDocument } from '../src/demo-clients.ts'
import { welcome } from '../src/welcome.ts'

const addresses = {
  issuer: 'http://localhost:8060',
  userApi: 'http://localhost:8061',
  projectApi: 'http://localhost:8062',
  openApi: 'http://localhost:8063',
  startPage: 'http://localhost:8070',
  projectCenter: 'http://localhost:8071',
  talentCenter: 'http://localhost:8072',
  spa: 'http://localhost:8073',
  mobileApp: 'http://localhost:8074',
  thirdPartySite: 'http://localhost:8051',
  eggClient: 'http://127.0.0.1:7002',
}

test('each app stands apart from its secret, however long its id is', () => {
  const document = demoDocument(addresses)
  const words = welcome(addresses, document)
    .split('\n')
    .map((line) => line.trim().split(/ {2,}/))
  for (const { client_id, client_secret = '(public)' } of document.clients)
    expect(words.map(([name, secret]) => [name, secret])).toContainEqual([client_id, client_secret])
})
