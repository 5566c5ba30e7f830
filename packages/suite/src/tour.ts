import { demoDocument } from './demo-clients.ts'
import { runTour, TourFailure } from './tour/run-tour.ts'

const { ISSUER, USER_API_URL, PROJECT_API_URL, OPEN_API_URL, THIRD_PARTY_SITE_URL, NO_COLOR } = process.env

const addresses = {
  issuer: ISSUER || 'http://localhost:8060',
  userApi: USER_API_URL || 'http://localhost:8061',
  projectApi: PROJECT_API_URL || 'http://localhost:8062',
  openApi: OPEN_API_URL || 'http://localhost:8063',
  thirdPartySite: THIRD_PARTY_SITE_URL || 'http://localhost:8051',
}

try {
  const colour = process.stdout.isTTY === true && !NO_COLOR
  const demo = demoDocument(addresses)
  const { steps } = await runTour({ addresses, demo, print: console.log, colour })
  console.log(`\nAll ${steps} steps went as they should.`)
} catch (error) {
  console.error(error instanceof TourFailure ? `\n${error.message}` : error)
  process.exitCode = 1
}
