import { runResource } from '@menshen/shared/http/resource-service'
import { runMain } from '@menshen/shared/run-main'
import { loadOpenApiConfig } from './config.ts'
import { startOpenApi } from './start.ts'

await runMain(() => runResource('open-api', loadOpenApiConfig(process.env), startOpenApi))
