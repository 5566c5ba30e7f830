import { expect, test } from '@jest/globals'
import { startResource, stopAfterEach } from '@menshen/shared/testing/resource-service'
import { Validator } from '@seriousme/openapi-schema-validator'
import { loadOpenApiConfig } from '../services/open-api/src/config.ts'
import { startOpenApi } from '../services/open-api/src/start.ts'
import { loadProjectApiConfig } from '../services/project-api/src/config.ts'
import { startProjectApi } from '../services/project-api/src/start.ts'
import { loadUserApiConfig } from '../services/user-api/src/config.ts'
import { startUserApi } from '../services/user-api/src/start.ts'

stopAfterEach()

test.each([
  ['user-api', { load: loadUserApiConfig, start: startUserApi }],
  ['project-api', { load: loadProjectApiConfig, start: startProjectApi }],
  ['open-api', { load: loadOpenApiConfig, start: startOpenApi }],
])('the document of %s is valid OpenAPI 3.1, by the schema of the OpenAPI Initiative', async (_name, program) => {
  const { send } = await startResource(program as never)
  const { body } = await send('/openapi.json')
  expect(await new Validator().validate(body)).toEqual({ valid: true })
  expect(body.openapi).toMatch(/^3\.1\./)
})
